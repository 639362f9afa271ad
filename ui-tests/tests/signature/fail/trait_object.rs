use sigflow::prelude::*;

signature! {
    struct Qa { question: Box<dyn std::fmt::Display> } -> { answer: String }
}

fn main() {}
