use sigflow::prelude::*;

signature! {
    struct Order { text: String } -> {
        #[field(pattern = "[A-Z")]
        number: String,
    }
}

fn main() {}
