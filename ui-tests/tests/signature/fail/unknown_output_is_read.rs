use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<String> {
    let output = Qa { question: "Where?".to_owned() }.predict().with(lm).await?;
    Ok(output.anwser)
}

fn main() {}
