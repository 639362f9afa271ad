use sigflow::prelude::*;

#[derive(Field)]
enum Mood {
    Happy,
    #[field(alias = "Happy")]
    Glad,
}

fn main() {}
