use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program]
pub async fn answer(text: String) -> Result<String> {
    Ok(Question { text: text.clone() }.predict().await?.answer + &Question { text }.predict().await?.answer)
}

fn main() {}
