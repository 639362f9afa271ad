use sigflow::prelude::*;

#[derive(Field)]
enum Tree {
    Leaf(i64),
    Branch { left: Box<Tree>, right: Box<Tree> },
}

signature! {
    #[signature(strict(openai, gemini))]
    struct Read { text: String } -> { tree: Tree }
}

fn main() {}
