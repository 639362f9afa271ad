use sigflow::prelude::*;

struct City;

signature! {
    struct Extract<T: Field> { text: String } -> { value: T }
    type ExtractCity = Extract<City>;
}

fn main() {}
