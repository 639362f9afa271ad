use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

fn ask(lm: Lm) {
    let _ = Qa { question: "a".to_owned() }.predict().with(lm);
}

fn main() {}
