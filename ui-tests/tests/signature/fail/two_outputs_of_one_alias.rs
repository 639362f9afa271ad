use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        answer: String,
        #[field(alias = "answer")]
        short_answer: String,
    }
}

fn main() {}
