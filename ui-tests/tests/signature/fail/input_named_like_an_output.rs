use sigflow::prelude::*;

signature! {
    struct Improve { draft: String } -> { draft: String }
}

fn main() {}
