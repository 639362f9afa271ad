use sigflow::prelude::*;

#[derive(Field)]
enum Shape {
    #[field(ge = 0.0)]
    Circle(f64),
    Dot,
}

fn main() {}
