// errors: 3
use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(ge = 10, le = 5)]
        score: u8,
        #[field(gt = 1.0, lt = 1.0)]
        confidence: f64,
        #[field(min_len = 3, max_len = 2)]
        words: Vec<String>,
    }
}

fn main() {}
