use sigflow::prelude::*;

signature! {
    struct Extract<T> { text: String } -> { value: T }
}

fn main() {}
