use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<String> {
    Ok(Qa { question: "a".to_owned() }.predict().with(lm).answer)
}

fn main() {}
