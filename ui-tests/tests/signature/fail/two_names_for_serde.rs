use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    #[serde(rename(serialize = "Name", deserialize = "name"))]
    name: String,
}

fn main() {}
