use sigflow::prelude::*;

struct City {
    name: String,
}

#[derive(Field)]
struct Person {
    name: String,
    lives_in: Option<City>,
}

signature! {
    struct FindPerson { text: String } -> { person: Person }
}

fn main() {}
