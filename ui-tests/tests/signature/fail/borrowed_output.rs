use sigflow::prelude::*;

signature! {
    struct Qa<'a> { question: &'a str } -> { answer: &'a str }
}

fn main() {}
