// errors: 3
use sigflow::prelude::*;

signature! {
    struct Extract<T> { text: String } -> { value: T } where T: Field
    struct Qa { question: String } -> {}
}

fn main() {}
