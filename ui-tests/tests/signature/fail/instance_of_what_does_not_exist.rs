use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { text: String } -> { value: T }
    type ExtractText = Extrakt<String>;
}

fn main() {}
