// errors: 2
use sigflow::{
    prelude::*,
    types::{Measure, Scale},
};

struct Agreement;

impl Scale for Agreement {
    const NAME: &'static str = "agreement";
    const ABOUT: &'static str = "How much both sides agree.";
    const LOW: i32 = 10;
    const HIGH: i32 = 0;
    const DECIMALS: u32 = 1;
}

type Agreed = Measure<Agreement>;

#[derive(Field)]
struct Talk {
    agreement: Option<Agreed>,
}

signature! {
    struct Listen { talk: String } -> { agreement: Measure<Agreement>, talks: Vec<Talk> }
}

fn main() {}
