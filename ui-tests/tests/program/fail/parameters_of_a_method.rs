use sigflow::prelude::*;

signature! {
    /// Answer.
    pub struct Question { text: String } -> { answer: String }
    /// Judge the answer.
    pub struct Judge<'a> { answer: &'a str } -> { good: bool }
}

pub struct Support;

impl Support {
    #[program(params(k: usize = 3))]
    pub async fn reply(&self, text: String) -> Result<String> {
        Ok(text.repeat(k))
    }
}

fn main() {}
