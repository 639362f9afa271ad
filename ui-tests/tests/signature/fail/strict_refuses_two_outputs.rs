// errors: 2
use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    name: String,
    friends: Vec<Person>,
}

signature! {
    #[signature(strict(anthropic, gemini))]
    struct Extract { text: String } -> { person: Person, title: String, rest: serde_json::Value }
}

fn main() {}
