#![deny(unused_must_use)]
use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

fn ask(lm: &Lm) {
    Qa { question: "a".to_owned() }.predict().with(lm).stream();
}

fn main() {}
