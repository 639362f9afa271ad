//! The crate under another name: `crate = …` says which, and expansions ask for no other.
#![no_implicit_prelude]

// as `renamed = { package = "sigflow", … }` in Cargo.toml does
extern crate sigflow as renamed;
// and whoever asks for `::sigflow` finds nothing there
extern crate std as sigflow;

use ::std::{assert, borrow::ToOwned, string::String, vec::Vec};

/// A re-export in the depth of a crate.
mod facade {
    pub(crate) use ::renamed as inner;
}

#[derive(::renamed::Field)]
#[field(crate = ::renamed)]
struct City {
    #[field(min_len = 1)]
    name: String,
    twins: Vec<City>,
}

#[derive(::renamed::Field)]
#[field(crate = crate::facade::inner)]
enum Mood<T> {
    Happy,
    Sad(T),
}

::renamed::signature! {
    /// Find it.
    #[signature(crate = ::renamed, strict(openai))]
    struct Find<'a> { text: &'a str } -> { city: City, mood: Mood<String> }

    #[signature(crate = crate::facade::inner)]
    struct Extract<T: ::renamed::Field> { text: String } -> { value: T }

    #[signature(crate = crate::facade::inner)]
    type ExtractCity = Extract<City>;

    #[signature(crate = ::renamed)]
    QA = "question -> answer: Optional[str], mood: Literal['happy', 'sad'], list: list[dict[str, tuple[int, float]]]"
}

#[::core::prelude::v1::test]
fn the_crate_may_be_called_otherwise() {
    ::std::mem::drop(::renamed::Ask::predict(Find { text: "a" }));
    let _ = Extract::<City>::new("a".to_owned());
    assert!(Find::PROMPT.contains("Find it.") && ExtractCity::PROMPT.contains("value"));
    assert!(QA::PROMPT.contains("mood") && ::std::matches!(QAMood::Happy, QAMood::Happy));
    let _ = [
        Mood::Happy,
        Mood::Sad(City {
            name: String::new(),
            twins: Vec::new(),
        }),
    ];
}
