use sigflow::prelude::*;

signature! {
    QA = "question, question -> answer";
}

fn main() {}
