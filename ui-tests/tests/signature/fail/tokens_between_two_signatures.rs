// errors: 2
use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String } and more
    struct Rate { text: String } -> {}
}

fn main() {}
