// errors: 5
use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    #[field(ge = 3)]
    name: String,
    #[field(le = 300)]
    age: u8,
    #[field(deprecated)]
    mother: Person,
    city: String,
}

fn main() {}
