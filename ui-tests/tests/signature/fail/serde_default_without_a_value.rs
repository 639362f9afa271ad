use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    #[serde(default)]
    name: String,
}

fn main() {}
