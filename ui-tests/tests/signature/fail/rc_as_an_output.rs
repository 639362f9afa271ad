// errors: 2
use sigflow::prelude::*;

use std::rc::Rc;

signature! {
    struct Qa { question: String } -> { answer: Rc<str>, lists: Vec<Rc<String>> }
}

fn main() {}
