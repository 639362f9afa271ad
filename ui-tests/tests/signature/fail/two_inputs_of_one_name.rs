use sigflow::prelude::*;

signature! {
    struct Qa { question: String, question: String } -> { answer: String }
}

fn main() {}
