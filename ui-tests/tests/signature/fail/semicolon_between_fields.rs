use sigflow::prelude::*;

signature! {
    struct Qa { context: String; question: String } -> { answer: String }
}

fn main() {}
