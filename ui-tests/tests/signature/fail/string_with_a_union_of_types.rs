// errors: 2
use sigflow::prelude::*;

signature! {
    QA = "text -> value: int | str, when: datetime";
}

fn main() {}
