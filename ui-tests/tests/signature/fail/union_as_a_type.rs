use sigflow::prelude::*;

#[derive(Field)]
union Either {
    whole: u32,
    number: f32,
}

fn main() {}
