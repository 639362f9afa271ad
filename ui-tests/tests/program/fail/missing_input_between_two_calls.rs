use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
}
signature! {
    /// Judge.
    pub struct Judge { answer: String, text: String } -> { good: bool }
}

#[program]
async fn judged(text: String) -> Result<bool> {
    let first = Question { text: text.clone() }.predict().await?;
    let second = Question { text }.predict().await?;
    let judged = Judge { answer: first.answer + &second.answer }.predict().await?;
    Ok(judged.good)
}

fn main() {
    let _ = judged;
}
