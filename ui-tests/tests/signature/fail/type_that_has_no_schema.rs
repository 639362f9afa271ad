use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String, when: std::time::Instant }
}

fn main() {}
