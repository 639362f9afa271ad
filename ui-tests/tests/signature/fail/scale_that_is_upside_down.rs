use sigflow::{
    prelude::*,
    types::{Measure, Scale},
};

enum Warmth {}
impl Scale for Warmth {
    const NAME: &'static str = "warmth";
    const ABOUT: &'static str = "How warm it is.";
    const LOW: i32 = 10;
    const HIGH: i32 = -10;
    const DECIMALS: u32 = 1;
}

signature! {
    struct Feel { place: String } -> { warmth: Measure<Warmth> }
}

fn main() {}
