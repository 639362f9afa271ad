use sigflow::prelude::*;

signature! {
    QA = "question, draft -> draft, answer";
}

fn main() {}
