use sigflow::prelude::*;

signature! {
    struct GroundedAnswer { context: Vec<String>, question: String } -> { answer: String }
}

fn ask() {
    let _ = GroundedAnswer { context: vec![], question: 7 };
}

fn main() {}
