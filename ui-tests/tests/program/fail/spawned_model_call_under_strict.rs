use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

fn spawn<F: Future>(future: F) -> F {
    future
}

#[program(strict)]
pub async fn reply(text: String) -> Result<String> {
    let output = spawn(Question { text }.predict()).await?;
    Ok(output.answer)
}

fn main() {}
