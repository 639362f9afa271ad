use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: _ }
}

fn main() {}
