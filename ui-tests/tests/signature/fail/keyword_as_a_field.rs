use sigflow::prelude::*;

signature! {
    struct Classify { text: String } -> { type: String }
}

fn main() {}
