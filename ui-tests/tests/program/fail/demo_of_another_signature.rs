use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program]
pub async fn reply(text: String) -> Result<String> {
    let output = Question { text }.predict().await?;
    Ok(output.answer)
}

pub fn tune(program: &mut Reply) {
    program.output.set_demos([Judge { answer: "no" }.demo(JudgeOutput { good: false })]);
}

fn main() {}
