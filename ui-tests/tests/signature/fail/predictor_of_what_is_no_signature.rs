use sigflow::prelude::*;

struct Plain;

fn predict() {
    let _ = Predict::<Plain>::new();
}

fn main() {}
