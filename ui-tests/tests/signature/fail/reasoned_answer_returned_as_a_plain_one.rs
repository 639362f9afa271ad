use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<QaOutput> {
    Qa { question: "a".to_owned() }.chain_of_thought().with(lm).await
}

fn main() {}
