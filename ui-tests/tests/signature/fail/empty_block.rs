use sigflow::prelude::*;

signature! {}

fn main() {}
