use sigflow::prelude::*;

signature! {
    #[signature(stric)]
    struct Qa { question: String } -> { answer: String }
}

fn main() {}
