use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

fn ask(lm: &Lm) {
    let _stream = Qa { question: "a".to_owned() }.predict().n(3).with(lm).stream();
}

fn main() {}
