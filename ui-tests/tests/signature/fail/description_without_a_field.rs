use sigflow::prelude::*;

signature! {
    struct Qa {
        question: String, /// what is asked
    } -> { answer: String }
}

fn main() {}
