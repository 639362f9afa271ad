use sigflow::prelude::*;

signature! {
    QA = "context: list[str], question -> answer: strr";
}

fn main() {}
