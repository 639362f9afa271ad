use sigflow::prelude::*;

signature! {
    struct Extract<T: Clone> { text: String } -> { value: T }
}

fn main() {}
