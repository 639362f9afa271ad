// errors: 2
use sigflow::prelude::*;

signature! {
    struct Rate { text: String } -> {
        #[field(default = "three")]
        stars: u8,
        #[field(default = 300)]
        points: u8,
    }
}

fn main() {}
