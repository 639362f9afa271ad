use sigflow::prelude::*;

struct Client;

#[derive(Predictors)]
struct Search {
    query: Predict<Ask>,
    client: Client,
}

signature! {
    struct Ask { question: String } -> { answer: String }
}

fn main() {}
