use sigflow::prelude::*;

signature! {
    struct Qa { question: &'a str } -> { answer: String }
}

fn main() {}
