// errors: 2
use sigflow::prelude::*;

signature! {
    struct Qa { question: &str, context: &[String] } -> { answer: String }
}

fn main() {}
