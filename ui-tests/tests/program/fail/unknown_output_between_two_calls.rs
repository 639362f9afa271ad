use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
}

#[program]
async fn twice(text: String) -> Result<String> {
    let first = Question { text: text.clone() }.predict().await?;
    let second = Question { text }.predict().await?;
    let third = Question { text: first.answr }.predict().await?;
    Ok(second.answer + &third.answer)
}

fn main() {
    let _ = twice;
}
