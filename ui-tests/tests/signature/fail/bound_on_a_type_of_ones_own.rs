// errors: 2
use sigflow::prelude::*;

#[derive(Field)]
enum Mood {
    Happy,
    Sad,
}

type Score = u8;

signature! {
    struct Rate { text: String } -> {
        #[field(ge = 1)]
        mood: Option<Mood>,
        #[field(ge = 1, min_len = 2)]
        score: Score,
    }
}

fn main() {}
