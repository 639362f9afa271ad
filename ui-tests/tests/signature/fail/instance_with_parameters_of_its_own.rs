use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { text: String } -> { value: T }
    type ExtractMany<T> = Extract<Vec<T>>;
}

fn main() {}
