// errors: 1
use sigflow::prelude::*;

#[derive(Field)]
struct Review {
    #[field(ge = 5, le = 1)]
    stars: u8,
}

signature! {
    struct Rate { text: String } -> { review: Review }
}

fn main() {}
