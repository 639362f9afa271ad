use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: &'static str }
}

fn main() {}
