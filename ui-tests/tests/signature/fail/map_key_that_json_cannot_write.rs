use sigflow::prelude::*;

use std::collections::BTreeMap;

signature! {
    struct Count { text: String } -> { counts: BTreeMap<Vec<u8>, u32> }
}

fn main() {}
