use sigflow::prelude::*;

signature! {
    struct Qa -> { answer: String }
}

fn main() {}
