use sigflow::prelude::*;

signature! {
    struct Qa { question: impl Into<String> } -> { answer: String }
}

fn main() {}
