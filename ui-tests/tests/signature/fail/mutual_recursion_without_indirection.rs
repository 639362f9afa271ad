use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    name: String,
    home: Option<House>,
}

#[derive(Field)]
struct House {
    owner: Person,
}

fn main() {}
