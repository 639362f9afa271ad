use sigflow::{prelude::*, types::Embedding};

signature! {
    struct Near { vector: Embedding<20_000> } -> { answer: String }
}

fn main() {}
