use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) {
    let mut stream = Qa { question: "a".to_owned() }.predict().with(lm).stream();
    while let Ok(Some(_event)) = stream.next() {}
}

fn main() {}
