use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

fn ask() {
    let _ = Qa { qestion: "Where?".to_owned() };
}

fn main() {}
