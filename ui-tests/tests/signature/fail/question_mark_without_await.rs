use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> { answer: String }
}

async fn ask(lm: &Lm) -> Result<String> {
    let output = Qa { question: "a".to_owned() }.predict().with(lm)?;
    Ok(output.answer)
}

fn main() {}
