use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> {
        #[field(ge = 0, le = 300)]
        stars: u8,
    }
}

fn main() {}
