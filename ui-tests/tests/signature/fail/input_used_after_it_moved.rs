use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm, question: String) -> Result<String> {
    let output = Qa { question }.predict().with(lm).await?;
    Ok(format!("{question}: {}", output.answer))
}

fn main() {}
