use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
    struct Search { question: String } -> { query: String }
}

fn teach() {
    let _ = Qa { question: "a".to_owned() }.demo(SearchOutput { query: "b".to_owned() });
}

fn main() {}
