use sigflow::prelude::*;

struct Plain<T>(T);

signature! {
    type PlainText = Plain<String>;
}

fn main() {}
