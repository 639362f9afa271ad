use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(ge = 0)]
        answer: String,
    }
}

fn main() {}
