use sigflow::prelude::*;

#[derive(Predictors)]
struct Search {
    #[predictors(skpi)]
    client: String,
}

fn main() {}
