use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
}

#[program]
async fn twice(text: String) -> Result<u32> {
    let first = Question { text: text.clone() }.predict().await?;
    let second = Question { text }.predict().await?;
    Ok(first.answer + &second.answer)
}

fn main() {
    let _ = twice;
}
