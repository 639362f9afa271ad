use sigflow::prelude::*;

signature! {
    #[signature(strict(openai))]
    struct Extract { text: String } -> { title: String, rest: serde_json::Value }
}

fn main() {}
