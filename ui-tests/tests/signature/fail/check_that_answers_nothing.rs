use sigflow::prelude::*;

fn is_short(text: &String) {
    let _ = text;
}

signature! {
    struct Qa { question: String } -> {
        #[field(check = is_short)]
        answer: String,
    }
}

fn main() {}
