#![deny(warnings)]
use sigflow::prelude::*;

fn main() {
    signature! {
        /// Answer.
        struct Question<'a> { text: &'a str } -> { answer: String }
    }
    #[program]
    async fn first<const N: usize>(text: &str, numbers: [u8; N]) -> Result<String> {
        let asked = Question { text }.predict().await?;
        Ok(asked.answer + &numbers.len().to_string())
    }
    #[program(strict)]
    async fn second(text: &str) -> Result<String> {
        let first = First::run(text, [1, 2]).await?;
        let r#type = Question { text: &first }.predict().await?;
        Ok(r#type.answer)
    }
    let mut program = Second::new();
    program.first.asked.set_instructions("Be brief.");
    assert_eq!(program.r#type.instructions(), "Answer.");
    assert_eq!(program.named_predictors()[1].0, "type");
}

