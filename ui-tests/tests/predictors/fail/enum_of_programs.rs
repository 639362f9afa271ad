use sigflow::prelude::*;

#[derive(Predictors)]
enum Search {
    Fast(Predict<Ask>),
    Slow(ChainOfThought<Ask>),
}

signature! {
    struct Ask { question: String } -> { answer: String }
}

fn main() {}
