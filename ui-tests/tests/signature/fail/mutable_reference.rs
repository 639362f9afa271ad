use sigflow::prelude::*;

signature! {
    struct Qa<'a> { question: &'a mut String } -> { answer: String }
}

fn main() {}
