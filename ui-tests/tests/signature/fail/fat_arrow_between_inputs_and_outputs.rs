use sigflow::prelude::*;

signature! {
    struct Qa { question: String } => { answer: String }
}

fn main() {}
