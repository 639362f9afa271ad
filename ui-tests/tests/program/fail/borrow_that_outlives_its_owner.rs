use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program]
pub async fn reply(text: String) -> Result<bool> {
    let judged = {
        let output = Question { text }.predict().await?;
        Judge { answer: &output.answer }
    };
    let judged = judged.predict().await?;
    Ok(judged.good)
}

fn main() {}
