use sigflow::prelude::*;

signature! {
    #[signature(strict)]
    struct Extract<T: Field> { text: String } -> { value: T }
}

fn main() {}
