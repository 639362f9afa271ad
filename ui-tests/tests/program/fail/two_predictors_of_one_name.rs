use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program]
pub async fn answer(text: String, short: bool) -> Result<String> {
    if short {
        let found = Question { text }.predict().await?;
        return Ok(found.answer);
    }
    let found = Question { text }.chain_of_thought().await?;
    Ok(found.output.answer)
}

fn main() {}
