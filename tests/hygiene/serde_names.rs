//! serde's names are ours, in schemas, prompts, JSON and replies.
use ::sigflow::prelude::*;
use ::std::string::String;

#[derive(Field)]
#[serde(rename = "Human", rename_all = "camelCase")]
struct Person {
    first_name: String,
    #[serde(rename = "FAMILY")]
    last_name: String,
    #[field(alias = "years")]
    #[serde(rename = "age_in_years")]
    age: u8,
    #[serde(skip)]
    seen: bool,
    #[serde(skip_serializing_if = "is_nothing", bound = "")]
    kind: Kind,
}

#[derive(Field)]
#[serde(rename_all = "kebab-case", rename_all_fields = "PascalCase")]
enum Kind {
    GoodOne,
    #[serde(rename = "OTHER")]
    BadOne,
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    LoudOne {
        why_so: u8,
    },
    QuietOne {
        why_so: u8,
    },
}

::sigflow::signature! {
    #[serde(rename_all = "camelCase")]
    struct Read { the_text: String, #[serde(rename = "HINT")] the_hint: String } -> { the_person: Person }
}

#[::core::prelude::v1::test]
fn names_are_serdes() {
    let schema = Read::JSON_SCHEMA;
    for name in [
        "thePerson",
        "Human",
        "firstName",
        "FAMILY",
        "years",
        "good-one",
        "OTHER",
        "loud-one",
        "WHY_SO",
        "WhySo",
    ] {
        ::std::assert!(
            schema.contains(&::std::format!("\"{name}\"")),
            "{name} in {schema}"
        );
    }
    for name in ["seen", "age_in_years", "last_name"] {
        ::std::assert!(!schema.contains(name), "{name} in {schema}");
    }
    ::std::assert!(Read::PROMPT.contains("[[ ## theText ## ]]") && Read::PROMPT.contains("`HINT`"));
    let json = r#"{"firstName":"A","FAMILY":"B","years":3,"kind":{"quiet-one":{"WhySo":1}}}"#;
    let person: Person = ::serde_json::from_str(json).expect("a person");
    ::std::assert_eq!(::serde_json::to_string(&person).expect("JSON"), json);
    ::std::assert!(!person.seen);
    let _ = [Kind::GoodOne, Kind::BadOne, Kind::LoudOne { why_so: 1 }];
}
