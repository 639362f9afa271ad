use sigflow::prelude::*;

signature! {
    struct Qa {
        context: Vec<String>
        question: String
    } -> {
        answer: String
    }
}

fn main() {}
