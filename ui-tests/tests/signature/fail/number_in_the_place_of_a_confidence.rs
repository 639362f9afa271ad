use sigflow::{prelude::*, types::ConfidenceScore};

signature! {
    struct Weigh { claim: String, before: ConfidenceScore } -> { after: ConfidenceScore }
}

fn ask() {
    let _ = Weigh { claim: "a".to_owned(), before: 0.9 };
}

fn main() {}
