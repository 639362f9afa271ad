// errors: 2
use sigflow::prelude::*;

signature! {
    struct Qa { question } -> { answer }
}

fn main() {}
