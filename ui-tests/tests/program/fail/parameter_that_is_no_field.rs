use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[derive(Clone)]
pub struct Plain;

#[program(params(how: Plain = Plain))]
pub async fn reply(text: String) -> Result<String> {
    let _how = &how;
    let answer = Question { text }.predict().await?;
    Ok(answer.answer)
}

fn main() {}
