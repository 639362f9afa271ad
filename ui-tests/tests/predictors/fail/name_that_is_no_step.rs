use sigflow::prelude::*;

#[derive(Predictors)]
struct Search {
    #[predictors(rename = "first.hop")]
    first: Predict<Ask>,
}

signature! {
    struct Ask { question: String } -> { answer: String }
}

fn main() {}
