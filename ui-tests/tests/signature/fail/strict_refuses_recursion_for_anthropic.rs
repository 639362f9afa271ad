use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    name: String,
    friends: Vec<Person>,
}

signature! {
    #[signature(strict(anthropic))]
    struct FindPerson { text: String } -> { person: Person }
}

fn main() {}
