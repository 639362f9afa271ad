use sigflow::prelude::*;

signature! {
    struct Qa { question: String }
}

fn main() {}
