//! Types that mention themselves and each other.
use sigflow::prelude::*;

#[derive(Field, PartialEq)]
struct Person {
    name: String,
    friends: Vec<Person>,
    partner: Option<Box<Person>>,
    house: Option<Box<House>>,
}

#[derive(Field, PartialEq)]
struct House {
    owner: Box<Person>,
}

#[derive(Field, PartialEq)]
enum Tree {
    Leaf(i64),
    Branch { left: Box<Tree>, right: Box<Self> },
}

#[derive(Field)]
struct List<T> {
    head: T,
    tail: Option<Box<List<T>>>,
}

signature! {
    #[signature(strict(openai))]
    struct Read { text: String } -> { person: Person, tree: Tree, list: List<Tree> }
}

fn main() {
    assert!(Read::JSON_SCHEMA.contains("\"$defs\""));
    assert!(Read::ANTHROPIC_SCHEMA.is_empty());
}
