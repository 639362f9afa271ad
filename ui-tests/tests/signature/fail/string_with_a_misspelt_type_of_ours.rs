use sigflow::prelude::*;

signature!(Weigh = "claim -> sure: confidence_scor");

fn main() {}
