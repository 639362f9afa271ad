use sigflow::prelude::*;

signature! {
    struct Extract<T: Field> { text: String } -> { value: T }
}

fn ask() {
    let _: Extract<String> = Extract { text: "a".to_owned() };
}

fn main() {}
