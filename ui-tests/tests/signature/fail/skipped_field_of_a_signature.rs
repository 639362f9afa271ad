use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(skip)]
        answer: String,
    }
}

fn main() {}
