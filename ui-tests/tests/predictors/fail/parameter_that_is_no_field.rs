use sigflow::prelude::*;

struct Client;

#[derive(Predictors)]
struct Search {
    #[predictors(parameter)]
    client: Client,
}

fn main() {}
