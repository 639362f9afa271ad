//! Each rule by an example: what is read, and that the rule is among the repairs.
use super::generate::{field, made, record, words};
use crate::{
    InputField,
    parse::{self, Rule},
    schema::Schema,
};
use serde_json::{Value, json};

fn person() -> Schema {
    record(vec![
        field("name", String::SCHEMA),
        field("age", i64::SCHEMA),
        field("tags", <Vec<String>>::SCHEMA),
    ])
}

/// The value, and the rules that made it of the text.
fn read(schema: &Schema, text: &str) -> (Value, Vec<Rule>) {
    match parse::value(schema, text, false) {
        Ok((value, repairs)) => (value, repairs.iter().map(|repair| repair.rule).collect()),
        Err(faults) => panic!("{text}: {faults:?}"),
    }
}

#[test]
fn every_slip_is_named() {
    let ana = json!({"name": "Ana", "age": 31, "tags": ["x"]});
    for (rule, text) in [
        (
            Rule::Prose,
            r#"Sure: {"name": "Ana", "age": 31, "tags": ["x"]} Bye"#,
        ),
        (
            Rule::Fence,
            "```json\n{\"name\": \"Ana\", \"age\": 31, \"tags\": [\"x\"]}\n```",
        ),
        (
            Rule::Thoughts,
            r#"<think>{"name": "B"}</think>{"name": "Ana", "age": 31, "tags": ["x"]}"#,
        ),
        (
            Rule::Comment,
            "{\"name\": \"Ana\", // who\n\"age\": 31, \"tags\": [\"x\"]}",
        ),
        (
            Rule::Comma,
            r#"{"name": "Ana", "age": 31, "tags": ["x",],}"#,
        ),
        (
            Rule::Separator,
            r#"{"name" "Ana", "age": 31 "tags": ["x"]}"#,
        ),
        (Rule::Quotes, r#"{'name': 'Ana', "age": 31, "tags": [“x”]}"#),
        (Rule::BareName, r#"{name: "Ana", age: 31, tags: ["x"]}"#),
        (Rule::BareText, r#"{"name": Ana, "age": 31, "tags": [x]}"#),
        (
            Rule::LostQuote,
            r#"{"name": "Ana, "age": 31, "tags": ["x"]}"#,
        ),
        (Rule::Closer, r#"{"name": "Ana", "age": 31, "tags": ["x"}"#),
        (
            Rule::Extra,
            r#"{{"name": "Ana", "age": 31, "tags": ["x"]}}"#,
        ),
        (Rule::Truncated, r#"{"name": "Ana", "age": 31, "tags": ["x"#),
        (Rule::Labels, "name: Ana\nage: 31\ntags:\n- x"),
        (
            Rule::Tags,
            "<name>Ana</name><age>31</age><tags><item>x</item></tags>",
        ),
        (
            Rule::Repeated,
            r#"{"name": "B", "age": 31, "tags": ["x"], "name": "Ana"}"#,
        ),
        (
            Rule::Unknown,
            r#"{"name": "Ana", "age": 31, "tags": ["x"], "more": 1}"#,
        ),
        (
            Rule::NameFold,
            r#"{"Name": "Ana", "AGE": 31, "tags": ["x"]}"#,
        ),
        (
            Rule::Unwrapped,
            r#"{"result": {"name": "Ana", "age": 31, "tags": ["x"]}}"#,
        ),
        (
            Rule::Reparsed,
            r#"{"name": "Ana", "age": 31, "tags": "[\"x\"]"}"#,
        ),
        (
            Rule::OneToList,
            r#"{"name": "Ana", "age": 31, "tags": "x"}"#,
        ),
        (
            Rule::TextToValue,
            r#"{"name": "Ana", "age": "31", "tags": ["x"]}"#,
        ),
        (
            Rule::Whole,
            r#"{"name": "Ana", "age": 31.0, "tags": ["x"]}"#,
        ),
        (
            Rule::NumberInProse,
            r#"{"name": "Ana", "age": "31 years", "tags": ["x"]}"#,
        ),
        (
            Rule::NumberWords,
            r#"{"name": "Ana", "age": "thirty-one", "tags": ["x"]}"#,
        ),
        (
            Rule::Ellipsis,
            r#"{"name": "Ana", "age": 31, "tags": ["x", ...]}"#,
        ),
        (
            Rule::Joined,
            r#"{"name": "A" + "na", "age": 31, "tags": ["x"]}"#,
        ),
        (
            Rule::Candidate,
            r#"{"name": "B", "age": 1, "tags": []} no: {"name": "Ana", "age": 31, "tags": ["x"]}"#,
        ),
    ] {
        let (value, rules) = read(&person(), text);
        assert_eq!(value, ana, "{text}");
        assert!(rules.contains(&rule), "{text}: {rules:?}");
    }
}

#[test]
fn a_dropped_item_is_listed_with_its_place() {
    let text = r#"[1, 2, "many", 4]"#;
    let Ok((value, repairs)) = parse::value(<Vec<i64>>::SCHEMA.get(), text, false) else {
        panic!("readable")
    };
    assert_eq!(value, json!([1, 2, 4]));
    assert_eq!(repairs.len(), 1);
    assert_eq!(
        repairs[0].to_string(),
        "`[2]`: dropped an item that does not fit (`many`) at 7..13"
    );
}

/// A small model repeats the prompt until its tokens are spent: the one word that it got to is no answer.
#[test]
fn a_word_in_a_text_that_the_end_cut_is_no_answer() {
    let intent = record(vec![field("intent", made(words(&["REFUND", "DELIVERY"])))]);
    for text in [
        r#"{"intent": "the value must be one of: refund"#,
        r#"{"intent": "it is a refund and not a"#,
    ] {
        assert!(parse::value(&intent, text, false).is_err(), "{text}");
        let (value, rules) = read(&intent, &format!("{text}\"}}"));
        assert_eq!(value, json!({"intent": "REFUND"}), "{text}");
        assert!(rules.contains(&Rule::WordInProse), "{text}: {rules:?}");
    }
    // what begins with the word says it
    for text in [
        r#"{"intent": "refund"#,
        r#"{"intent": "refund: because the"#,
    ] {
        assert_eq!(read(&intent, text).0, json!({"intent": "REFUND"}), "{text}");
    }
}

#[test]
fn scalars_in_sentences() {
    for (schema, text, value, rule) in [
        (
            i64::SCHEMA,
            "**Answer:** 1,234",
            json!(1234),
            Rule::NumberInProse,
        ),
        (
            f64::SCHEMA,
            "$3.5 million",
            json!(3_500_000),
            Rule::NumberWords,
        ),
        (
            bool::SCHEMA,
            "The answer is true.",
            json!(true),
            Rule::TruthInProse,
        ),
        (bool::SCHEMA, "yes", json!(true), Rule::Truth),
        (
            made(words(&["LOW", "VERY_LOW"])),
            "I would say very low.",
            json!("VERY_LOW"),
            Rule::WordInProse,
        ),
        (
            made(words(&["LOW", "VERY_LOW"])),
            "Low",
            json!("LOW"),
            Rule::WordFold,
        ),
        (<Option<i64>>::SCHEMA, "unknown", json!(null), Rule::Nothing),
        (
            <Vec<i64>>::SCHEMA,
            "Well:\n- 1\n- 2",
            json!([1, 2]),
            Rule::Bullets,
        ),
        (
            <Vec<(i64, String)>>::SCHEMA,
            "[[1, 'a', 2]]",
            json!([[1, "a"]]),
            Rule::Surplus,
        ),
    ] {
        let (found, rules) = read(schema.get(), text);
        assert_eq!(found, value, "{text}");
        assert!(rules.contains(&rule), "{text}: {rules:?}");
    }
}

#[test]
fn what_may_mean_two_things_is_an_error_that_lists_them() {
    let faults = parse::value(
        &words(&["POSITIVE", "NEGATIVE"]),
        "either positive or negative",
        false,
    )
    .expect_err("ambiguous");
    assert!(
        faults[0]
            .found
            .contains("which may be `POSITIVE` or `NEGATIVE`"),
        "{faults:?}"
    );
    for (schema, text) in [
        (bool::SCHEMA, "true or false"),
        (i64::SCHEMA, "Between 3 and 5"),
        (bool::SCHEMA, "untrue"),
        (made(words(&["YES", "NO"])), "I do not know"),
    ] {
        assert!(parse::value(schema.get(), text, false).is_err(), "{text}");
    }
}
