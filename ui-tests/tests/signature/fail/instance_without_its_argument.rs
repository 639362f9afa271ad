use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { text: String } -> { value: T }
    type ExtractText = Extract;
}

fn main() {}
