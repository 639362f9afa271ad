use sigflow::prelude::*;

#[derive(Field)]
struct Nothing;

fn main() {}
