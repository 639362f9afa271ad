use sigflow::prelude::*;

#[derive(Field)]
struct Deep<T: sigflow::Field> {
    inner: T,
}

type Deeper<T> = Deep<Deep<Deep<Deep<Deep<T>>>>>;

signature! {
    #[signature(strict(openai))]
    struct Dig { text: String } -> { found: Deeper<Deeper<String>> }
}

fn main() {}
