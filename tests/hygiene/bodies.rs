//! Inside functions, several blocks in one of them, and inside a `macro_rules!`.
use crate::text;
use ::sigflow::prelude::*;
use ::std::string::String;

#[::core::prelude::v1::test]
fn blocks_in_a_body() {
    #[derive(Field)]
    struct City {
        name: String,
        twins: ::std::vec::Vec<City>,
    }
    ::sigflow::signature! {
        struct Describe { city: City } -> { text: String }
    }
    ::sigflow::signature! {
        struct Find { text: String } -> { city: City, by_name: ::std::collections::BTreeMap<String, City> }
    }
    {
        ::sigflow::signature! {
            struct Find { text: String } -> { mood: String }
        }
        ::std::assert!(Find::PROMPT.contains("mood"));
    }
    let city = City {
        name: text("a"),
        twins: ::std::vec::Vec::new(),
    };
    ::std::mem::drop(Describe { city }.predict());
    ::std::assert!(Find::PROMPT.contains("by_name"));
}

macro_rules! ask {
    ($name:ident, $field:ident: $type:ty, $check:ident) => {
        ::sigflow::signature! {
            struct $name { $field: $type } -> {
                #[field(check = $check)]
                answer: $type,
            }
        }
    };
    ($name:ident) => {
        fn is_fine(text: &str) -> bool {
            !text.is_empty()
        }
        ::sigflow::signature! {
            #[derive(Clone)]
            struct $name { question: String } -> {
                #[field(check = is_fine)]
                answer: String,
            }
        }
        #[derive(Field)]
        enum Sort {
            Good {
                #[field(check = is_fine)]
                why: String,
            },
            Bad(String),
        }
    };
}

#[::core::prelude::v1::test]
fn blocks_made_by_macros() {
    use ::std::clone::Clone;
    fn is_short(text: &str) -> bool {
        text.len() < 3
    }
    ask!(Short, question: String, is_short);
    ask!(Own);
    ::std::mem::drop(
        Short {
            question: String::new(),
        }
        .predict(),
    );
    let own = Own {
        question: String::new(),
    };
    ::std::mem::drop(own.clone().predict());
    let _ = (Sort::Good { why: String::new() }, Sort::Bad(String::new()));
}
