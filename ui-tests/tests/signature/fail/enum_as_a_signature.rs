use sigflow::prelude::*;

signature! {
    pub enum Qa { Question(String) } -> { answer: String }
}

fn main() {}
