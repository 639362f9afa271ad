use sigflow::prelude::*;

signature! {
    struct Search<'a> { question: &'a str } -> { query: String }
}

struct Holder {
    search: Predict<Search>,
}

fn main() {}
