// errors: 2
use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    name: String,
    #[serde(flatten)]
    address: Address,
}

#[derive(Field)]
#[serde(tag = "kind")]
enum Address {
    Street(String),
    Box { number: u32 },
}

fn main() {}
