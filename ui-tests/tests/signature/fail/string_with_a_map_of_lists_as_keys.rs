use sigflow::prelude::*;

signature! {
    QA = "text -> counts: dict[list[str], int]";
}

fn main() {}
