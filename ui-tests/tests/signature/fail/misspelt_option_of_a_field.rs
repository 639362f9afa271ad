use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(defualt = "none")]
        answer: String,
    }
}

fn main() {}
