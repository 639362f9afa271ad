use sigflow::prelude::*;

signature! {
    QA = "
        context: list[str], question
        -> answer, confidence: flaot
    ";
}

fn main() {}
