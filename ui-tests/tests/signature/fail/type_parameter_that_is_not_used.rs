use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { text: String } -> { value: String }
}

fn main() {}
