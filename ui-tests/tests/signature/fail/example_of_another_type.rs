use sigflow::prelude::*;

signature! {
    struct Order { text: String } -> {
        #[field(examples = ["one", 2])]
        word: String,
    }
}

fn main() {}
