use sigflow::prelude::*;

struct Plain {
    question: String,
}

fn ask() {
    let _ = Plain { question: "a".to_owned() }.predict();
}

fn main() {}
