use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
    struct Qa { query: String } -> { answer: String }
}

fn main() {}
