use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(max_len = 3)]
        confidence: f64,
    }
}

fn main() {}
