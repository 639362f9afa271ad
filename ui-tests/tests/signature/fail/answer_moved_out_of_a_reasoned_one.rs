use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<String> {
    let reasoned = Qa { question: "a".to_owned() }.chain_of_thought().with(lm).await?;
    Ok(reasoned.answer)
}

fn main() {}
