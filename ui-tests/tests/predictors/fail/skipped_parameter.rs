use sigflow::prelude::*;

#[derive(Predictors)]
struct Search {
    #[predictors(skip, parameter)]
    hops: usize,
}

fn main() {}
