use sigflow::{prelude::*, types::Embedding};

signature! {
    struct Compare { text: String, meaning: Embedding<20_000> } -> { alike: bool }
}

fn main() {}
