//! Users' types called as the things that expansions use.
mod by_name {
    use ::sigflow::prelude::*;
    use ::std::{boxed::Box, option::Option as Maybe, string::String as Text, vec::Vec as List};

    #[derive(::sigflow::Field, PartialEq, ::std::clone::Clone)]
    struct Option {
        some: Text,
    }
    #[derive(::sigflow::Field, ::std::clone::Clone)]
    enum Result {
        Ok,
        Err(Text),
        Some { none: u8 },
        None,
    }
    #[derive(::sigflow::Field)]
    struct String {
        inner: Maybe<Box<String>>,
    }
    #[derive(::sigflow::Field)]
    struct Vec(List<u8>);
    #[derive(::sigflow::Field)]
    enum Ok {
        Some,
        None,
    }
    #[derive(::sigflow::Field)]
    struct View {
        schema: Text,
    }
    #[derive(::sigflow::Field)]
    struct Box_<T> {
        value: T,
        next: List<Box_<T>>,
    }

    mod asks {
        use super::Text;
        ::sigflow::signature! {
            pub(super) struct Ask { question: Text } -> { answer: Text }
            pub(super) struct Field { question: Text } -> { answer: Text }
            pub(super) struct InputField { question: Text } -> { answer: Text }
            pub(super) struct Call { question: Text } -> { answer: Text }
            pub(super) struct Result { question: Text } -> { answer: Text }
            pub(super) struct Option { question: Text } -> { answer: Text }
            pub(super) struct Some { question: Text } -> { answer: Text }
            pub(super) struct Ok { question: Text } -> { answer: Text }
            pub(super) struct Signature { question: Text } -> { answer: Text }
            pub(super) struct Members { question: Text } -> { answer: Text }
            pub(super) struct Debug { question: Text } -> { answer: Text }
            pub(super) struct Serialize { question: Text } -> { answer: Text }
            pub(super) struct Deserialize<'de> { question: &'de str } -> { answer: Text }
            pub(super) struct String { question: Text } -> { answer: Text }
            pub(super) struct Self_ { question: Text } -> { answer: Text }
            pub(super) struct Send { question: Text } -> { answer: Text }
            pub(super) struct Generic<S: ::sigflow::Field, D: ::sigflow::Field> { question: Text } -> { answer: S, other: D }
        }
    }

    ::sigflow::signature! {
        struct Read { option: Option, result: Result } -> {
            string: String,
            vec: Vec,
            ok: Ok,
            view: View,
            nested: Box_<Maybe<Ok>>,
        }
    }

    #[::core::prelude::v1::test]
    fn the_users_types_are_meant() {
        let ask = asks::Ask {
            question: crate::text("a"),
        };
        ::std::mem::drop(ask.predict());
        ::std::mem::drop(
            asks::Field {
                question: crate::text("a"),
            }
            .predict(),
        );
        ::std::mem::drop(
            asks::Result {
                question: crate::text("a"),
            }
            .chain_of_thought(),
        );
        ::std::mem::drop(asks::Deserialize { question: "a" }.predict());
        let read = Read {
            option: Option {
                some: crate::text("a"),
            },
            result: Result::Some { none: 1 },
        };
        ::std::assert_eq!(
            ::std::format!("{read:?}"),
            r#"Read { option: Option { some: "a" }, result: Some { none: 1 } }"#
        );
        let _ = [Result::Ok, Result::Err(Text::new()), Result::None];
        ::std::assert!(Read::JSON_SCHEMA.contains("\"Ok\""));
    }
}
