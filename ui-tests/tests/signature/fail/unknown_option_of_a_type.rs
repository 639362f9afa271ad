// errors: 2
use sigflow::prelude::*;

#[derive(Field)]
#[field(rename_al = "snake_case", without(Debg))]
struct Person {
    name: String,
}

fn main() {}
