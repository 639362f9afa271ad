use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(check = is_shrot)]
        answer: String,
    }
}

fn is_short(text: &str) -> bool {
    text.len() < 3
}

fn main() {}
