use sigflow::prelude::*;

const MOST: u8 = 5;

signature! {
    struct Rate { text: String } -> {
        #[field(le = MOST)]
        stars: u8,
    }
}

fn main() {}
