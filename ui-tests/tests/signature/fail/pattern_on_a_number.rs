use sigflow::prelude::*;

signature! {
    struct Qa { question: String } -> {
        #[field(pattern = "[0-9]+")]
        year: u16,
    }
}

fn main() {}
