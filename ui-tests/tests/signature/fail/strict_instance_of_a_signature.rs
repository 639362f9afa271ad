use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { text: String } -> { value: T }

    #[signature(strict(openai))]
    type ExtractAnything = Extract<serde_json::Value>;
}

fn main() {}
