use sigflow::prelude::*;

#[derive(Field)]
struct Passage<'a> {
    text: &'a str,
}

signature! {
    struct Find { question: String } -> { passage: Passage<'static> }
}

fn main() {}
