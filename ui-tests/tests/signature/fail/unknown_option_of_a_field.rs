use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(colour = "red")]
        answer: String,
    }
}

fn main() {}
