use sigflow::{prelude::*, types::ConfidenceScore};

signature! {
    struct Weigh { claim: String } -> {
        #[field(min_len = 1)]
        sure: ConfidenceScore,
    }
}

fn main() {}
