use sigflow::prelude::*;

signature! {
    struct Work { task: String } -> { completed: bool }
}

fn main() {}
