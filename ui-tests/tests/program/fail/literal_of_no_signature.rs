use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

pub struct Plain {
    pub text: String,
}

#[program]
pub async fn reply(text: String) -> Result<String> {
    let output = Plain { text }.predict().await?;
    Ok(output)
}

fn main() {}
