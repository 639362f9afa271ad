use sigflow::prelude::*;

struct Plain<T>(T);

signature! {
    type PlainText = Plain<String>;
}

fn main() {}

// One for each constant that the alias would have.
// errors: 7
