use sigflow::prelude::*;

#[derive(Predictors)]
struct Search {
    query: Predict<Ask>,
    hops: usize,
}

signature! {
    struct Ask { question: String } -> { answer: String }
}

fn main() {}
