// errors: 6
use sigflow::prelude::*;

signature! {
    #[signature(strikt)]
    struct Rate<T> { text: &str, hint: T } -> {
        #[field(ge = 5, le = 1)]
        stars: u8,
        #[field(patern = "a")]
        word: String,
        completed: bool,
    }
}

fn main() {}
