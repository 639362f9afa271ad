use sigflow::prelude::*;

#[derive(Field)]
struct Person {
    name: String,
    #[serde(rename = "name")]
    full_name: String,
}

fn main() {}
