use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { output_type: String } -> { value: T }
}

fn main() {}
