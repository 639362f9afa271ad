use sigflow::prelude::*;

signature! {
    struct Order { text: String } -> {
        #[field(examples = "one")]
        word: String,
    }
}

fn main() {}
