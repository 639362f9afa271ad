use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> String
}

fn main() {}
