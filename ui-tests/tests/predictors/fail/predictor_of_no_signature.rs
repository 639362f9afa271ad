use sigflow::prelude::*;

#[derive(Predictors)]
struct Search {
    first: Predict<String>,
}

fn main() {}
