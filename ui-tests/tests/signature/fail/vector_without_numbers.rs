use sigflow::{prelude::*, types::Embedding};

type Nothing = Embedding<0>;

#[derive(Field)]
struct Page {
    text: String,
    meanings: Vec<Nothing>,
}

signature! {
    struct Compare { page: Page } -> { alike: bool }
}

fn main() {}
