use sigflow::prelude::*;

struct City {
    name: String,
}

signature! {
    struct FindCities { text: String } -> { cities: Vec<City> }
}

fn main() {}
