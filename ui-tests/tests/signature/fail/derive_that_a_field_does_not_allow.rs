use sigflow::prelude::*;

signature! {
    #[derive(Clone, Copy)]
    struct Qa { question: u64 } -> { answer: String }
}

fn main() {}
