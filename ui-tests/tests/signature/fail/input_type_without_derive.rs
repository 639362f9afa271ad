use sigflow::prelude::*;

struct City {
    name: String,
}

signature! {
    struct Describe { city: City } -> { text: String }
}

fn main() {}
