use sigflow::prelude::*;

fn is_short(text: &u64) -> bool {
    *text < 3
}

signature! {
    struct Qa { question: String } -> {
        #[field(check = is_short)]
        answer: String,
    }
}

fn main() {}
