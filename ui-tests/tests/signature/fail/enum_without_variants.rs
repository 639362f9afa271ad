use sigflow::prelude::*;

#[derive(Field)]
enum Never {}

fn main() {}
