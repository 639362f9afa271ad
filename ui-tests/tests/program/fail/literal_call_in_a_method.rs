use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[derive(Predictors)]
pub struct Support {
    judge: Predict<Judge<'static>>,
}

impl Support {
    #[program]
    pub async fn reply(&self, text: String) -> Result<bool> {
        let output = Question { text }.predict().await?;
        let judged = self.judge.call(Judge { answer: &output.answer }).await?;
        Ok(judged.good)
    }
}

fn main() {}
