use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program]
pub async fn reply(text: String, short: bool) -> Result<String> {
    let output = Question { text }.predict().await?;
    Ok(if short { String::new() } else { output.answer })
}

#[program]
pub async fn outer(text: String) -> Result<String> {
    let reply = Reply::run(text).await?;
    Ok(reply)
}

fn main() {}
