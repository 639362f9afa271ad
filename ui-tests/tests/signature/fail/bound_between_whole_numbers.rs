use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> {
        #[field(le = 4.5)]
        stars: u8,
    }
}

fn main() {}
