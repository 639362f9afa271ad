use sigflow::prelude::*;

signature! {
    struct GroundedAnswer { context: Vec<String>, question: String } -> { answer: String }
}

fn ask() {
    let _ = GroundedAnswer { question: "Where?".to_owned() };
}

fn main() {}
