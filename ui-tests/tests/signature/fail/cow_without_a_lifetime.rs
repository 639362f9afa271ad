use sigflow::prelude::*;

use std::borrow::Cow;

signature! {
    struct Qa { question: Cow<str> } -> { answer: String }
}

fn main() {}
