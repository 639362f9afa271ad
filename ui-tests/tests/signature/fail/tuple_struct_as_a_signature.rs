use sigflow::prelude::*;

signature! {
    struct Qa(String) -> { answer: String }
}

fn main() {}
