// errors: 3
use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    name: String,
    mother: Person,
    father: Option<Person>,
}

fn main() {}
