use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program(params(k: usize = "three"))]
pub async fn reply(text: String) -> Result<String> {
    let answer = Question { text }.predict().await?;
    Ok(answer.answer.repeat(k))
}

fn main() {}
