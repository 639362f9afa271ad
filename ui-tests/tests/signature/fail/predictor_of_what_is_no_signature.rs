use sigflow::prelude::*;

struct Plain;

struct Holder {
    predict: Predict<Plain>,
}

fn main() {}
