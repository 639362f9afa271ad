use sigflow::prelude::*;

#[derive(Field)]
struct Point(f64, f64);

fn main() {}
