use sigflow::prelude::*;

signature! {
    struct Qa { context: list[str], question: String } -> { answer: String }
}

fn main() {}
