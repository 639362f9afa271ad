use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<String> {
    let checked = Qa { question: "a".to_owned() }.checked_reasoning().with(lm).await?;
    Ok(checked.answer)
}

fn main() {}
