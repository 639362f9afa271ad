//! `#[cfg]` and other attributes of the user's.
use ::sigflow::prelude::*;
use ::std::string::String;

::sigflow::signature! {
    #[cfg(any())]
    struct Absent { city: NoSuchType } -> { text: String }

    #[cfg(any())]
    ABSENT = "text -> mood: Literal['a', 'b']";

    struct Generic<T: Field> { text: String } -> { value: T }

    #[cfg(any())]
    type AbsentInstance = Generic<NoSuchType>;

    #[cfg(all())]
    struct Either { question: String } -> { answer: String }
    #[cfg(not(all()))]
    struct Either { query: String } -> { answer: String }

    #[deprecated = "use another"]
    #[allow(clippy::struct_excessive_bools)]
    struct Old { question: String } -> { answer: String }

    #[must_use]
    #[doc(hidden)]
    #[derive(::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq, ::std::default::Default)]
    struct Derived { question: String } -> { answer: String }

    #[derive(::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Own {
        #[serde(default)]
        first_question: String,
    } -> {
        #[serde(skip_serializing_if = "String::is_empty")]
        last_answer: String,
    }
}

#[deprecated]
#[derive(::sigflow::Field)]
struct OldType {
    #[deprecated]
    name: String,
}

#[::core::prelude::v1::test]
fn attributes_reach_both_structs() {
    ::std::mem::drop(
        Either {
            question: String::new(),
        }
        .predict(),
    );
    let output = <DerivedOutput as ::std::default::Default>::default();
    ::std::assert_eq!(::std::clone::Clone::clone(&output), output);
    let own: Own = ::serde_json::from_str("{}").expect("a question");
    ::std::assert_eq!(
        ::serde_json::to_string(&own).expect("JSON"),
        r#"{"firstQuestion":""}"#
    );
    let output = OwnOutput {
        last_answer: String::new(),
    };
    ::std::assert_eq!(::serde_json::to_string(&output).expect("JSON"), "{}");
    ::std::assert!(Own::PROMPT.contains("lastAnswer"));
    let _ = Generic::<String>::new(String::new());
}
