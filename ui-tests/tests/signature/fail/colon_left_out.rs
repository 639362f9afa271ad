use sigflow::prelude::*;

signature! {
    struct Qa { question String } -> { answer: Vec<String> }
}

fn main() {}
