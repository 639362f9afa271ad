use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

pub struct Command;
impl Command {
    pub async fn run(text: String) -> Result<String> {
        Ok(text)
    }
}

#[program]
pub async fn reply(text: String) -> Result<String> {
    let output = Command::run(text).await?;
    Ok(output)
}

fn main() {}
