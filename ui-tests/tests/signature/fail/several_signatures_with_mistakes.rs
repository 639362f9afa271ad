// errors: 4
use sigflow::prelude::*;

signature! {
    struct One { text: String }

    struct Two { text: &str } -> { text: String }

    Three = "question -> answer: strr";
}

fn main() {}
