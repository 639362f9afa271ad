use sigflow::prelude::*;

signature! {
    struct Order { text: String } -> {
        #[field(pattern = "^[A-Z]{2}-[0-9]+$", examples = ["AB-12", "12-AB"])]
        number: String,
    }
}

fn main() {}
