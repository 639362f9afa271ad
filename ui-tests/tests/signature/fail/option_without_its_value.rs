// errors: 3
use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(desc)]
        answer: String,
        #[field(alias = reply)]
        other: String,
        #[field(le)]
        stars: u8,
    }
}

fn main() {}
