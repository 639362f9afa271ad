use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> {
        #[field(multiple_of = 0)]
        stars: u8,
    }
}

fn main() {}
