use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
    struct Search { question: String } -> { query: String }
}

fn ask(predict: &Predict<Qa>) {
    let _ = predict.call(Search { question: "a".to_owned() });
}

fn main() {}
