// errors: 4
use sigflow::prelude::*;

signature! {
    struct Qa { question, context: Vec<String> = 3 } -> { answer: String short: String }

    struct Rate { text: String }
}

fn main() {}
