use sigflow::prelude::*;

#[program]
struct Answer {
    text: String,
}

fn main() {
    let _ = Answer { text: String::new() };
}
