use sigflow::prelude::*;

signature! {
    #[signature(strict(open_ai))]
    struct Qa { question: String } -> { answer: String }
}

fn main() {}
