use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
}

#[program(strict)]
async fn answer(question: Question) -> Result<String> {
    let output = question.predict().await?;
    Ok(output.answer)
}

fn main() {
    let _ = answer;
}
