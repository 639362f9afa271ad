use sigflow::prelude::*;

#[derive(Field)]
enum Shape {
    Dot(),
    Circle(f64),
}

fn main() {}
