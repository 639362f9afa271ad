use sigflow::prelude::*;

signature! {
    struct Qa { question: fn() -> String } -> { answer: String }
}

fn main() {}
