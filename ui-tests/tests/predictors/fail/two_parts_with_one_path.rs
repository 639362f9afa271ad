use sigflow::prelude::*;

#[derive(Predictors)]
struct Search {
    first: Predict<Ask>,
    #[predictors(rename = "first")]
    second: Predict<Ask>,
}

signature! {
    struct Ask { question: String } -> { answer: String }
}

fn main() {}
