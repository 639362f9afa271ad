use sigflow::prelude::*;

#[derive(Predictors)]
struct Search(Predict<Ask>);

signature! {
    struct Ask { question: String } -> { answer: String }
}

fn main() {}
