use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program(strict)]
pub async fn reply(text: String) -> Result<String> {
    signature! {
        struct Inner { text: String } -> { answer: String }
    }
    let output = Inner { text }.predict().await?;
    Ok(output.answer)
}

fn main() {}
