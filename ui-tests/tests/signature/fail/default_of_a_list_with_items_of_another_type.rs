use sigflow::prelude::*;

signature! {
    struct Tag { text: String } -> {
        #[field(default = ["a", 1])]
        tags: Vec<String>,
    }
}

fn main() {}
