use sigflow::prelude::*;

signature! {
    #[signature(strict)]
    struct Extract { text: String } -> { rest: serde_json::Value }
}

fn main() {}
