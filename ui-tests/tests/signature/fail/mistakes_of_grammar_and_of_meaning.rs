// errors: 3
use sigflow::prelude::*;

signature! {
    struct Rate { text } -> {
        #[field(ge = 1, le = 0)]
        stars: u8,
        completed: bool,
    }
}

fn main() {}
