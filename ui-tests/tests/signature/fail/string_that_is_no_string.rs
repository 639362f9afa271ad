use sigflow::prelude::*;

signature! {
    QA = question -> answer;
}

fn main() {}
