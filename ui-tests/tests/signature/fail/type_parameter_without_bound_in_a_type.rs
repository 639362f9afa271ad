use sigflow::prelude::*;

#[derive(Field)]
struct Ranked<T> {
    value: T,
    rank: u32,
}

struct City;

signature! {
    struct Rank { text: String } -> { best: Ranked<City> }
}

fn main() {}
