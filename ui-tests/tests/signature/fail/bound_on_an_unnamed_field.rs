use sigflow::prelude::*;

#[derive(Field)]
struct Score(#[field(ge = 0, le = 10)] u8);

signature! {
    struct Rate { text: String } -> { score: Score }
}

fn main() {}
