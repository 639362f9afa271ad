use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> { stars: u8 = 3 }
}

fn main() {}
