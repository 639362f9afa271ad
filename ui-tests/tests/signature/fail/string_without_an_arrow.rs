use sigflow::prelude::*;

signature! {
    QA = "context, question, answer";
}

fn main() {}
