use sigflow::prelude::*;

struct Plain;

fn predict() {
    let _ = ChainOfThought::<Plain>::new();
}

fn main() {}
