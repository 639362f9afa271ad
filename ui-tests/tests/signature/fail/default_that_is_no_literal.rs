use sigflow::prelude::*;

fn many() -> u8 {
    5
}

signature! {
    struct Rate { text: String } -> {
        #[field(default = many())]
        stars: u8,
    }
}

fn main() {}
