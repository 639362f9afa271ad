use sigflow::prelude::*;

#[derive(Field)]
#[field(rename_all = "snakecase")]
enum Mood {
    VeryHappy,
    Sad,
}

fn main() {}
