use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
    struct Search { question: String } -> { query: String }
}

fn teach(qa: Qa) {
    let demo = Search { question: "a".to_owned() }.demo(SearchOutput { query: "b".to_owned() });
    let _ = qa.predict().demos([demo]);
}

fn main() {}
