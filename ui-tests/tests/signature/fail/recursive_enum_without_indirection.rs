// errors: 2
use sigflow::prelude::*;

#[derive(Field)]
enum Tree {
    Leaf(i64),
    Branch { left: Tree, right: Box<Tree> },
}

fn main() {}
