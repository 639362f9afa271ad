use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> {
        #[field(ge = 1, le = 5, default = 0)]
        stars: u8,
    }
}

fn main() {}
