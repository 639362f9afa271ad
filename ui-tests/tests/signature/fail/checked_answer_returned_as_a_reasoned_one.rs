use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<Reasoned<QaOutput>> {
    Qa { question: "a".to_owned() }.checked_reasoning().with(lm).await
}

fn main() {}
