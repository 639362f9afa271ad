use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(alias = "short answer")]
        answer: String,
    }
}

fn main() {}
