// errors: 1
use sigflow::prelude::*;

signature! {
    struct Good { question: String } -> { answer: String }

    struct Bad { question: String } -> {}
}

async fn ask(lm: &Lm) -> Result<String> {
    Ok(Good { question: "Where?".to_owned() }.predict().with(lm).await?.answer)
}

fn main() {}
