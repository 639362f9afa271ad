// errors: 1
use sigflow::prelude::*;

#[derive(Field)]
#[field(without(JsonSchema))]
#[serde(tag = "kind")]
enum Address {
    Street(String),
    Box { number: u32 },
}

fn main() {}
