use sigflow::prelude::*;

struct City {
    name: String,
}

signature! {
    struct FindCity { text: String } -> { city: City }
}

fn main() {}
