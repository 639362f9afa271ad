//! Whole replies: in the form that was asked for, in another one, and what an error carries.
use super::generate::{field, made, record, words};
use crate::{
    InputField,
    constant::Ref,
    parse::{self, Form, How, Keep, Reading, Strictness, reply},
    schema::{Constraint, FieldDef, Limit},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn fields() -> Vec<FieldDef> {
    let mut stars = field("stars", i64::SCHEMA);
    stars.constraints = Ref::new(const { &[Constraint::Le(Limit::new(5.0, Ref::new("5")))] });
    vec![
        field("answer", String::SCHEMA),
        stars,
        field("kind", made(words(&["red", "green"]))),
    ]
}

fn read(form: Form, text: &str) -> Reading {
    reply::fields_of(
        &fields(),
        How {
            form,
            strictness: Strictness::Lenient,
        },
        text,
        Keep::default(),
    )
}

fn values(reading: &Reading) -> Vec<Value> {
    reading.as_values()
}

#[test]
fn one_reply_in_every_form() {
    let expected = [json!("Paris"), json!(5), json!("red")];
    for text in [
        "[[ ## answer ## ]]\nParis\n[[ ## stars ## ]]\n5\n[[ ## kind ## ]]\nred\n[[ ## completed ## ]]",
        "[[ ## kind ## ]] red [[ ## Answer ## ]] Paris [[ ## stars ## ]] 5",
        "{\"answer\": \"Paris\", \"stars\": 5, \"kind\": \"red\"}",
        "Sure:\n```json\n{'Answer': 'Paris', stars: \"5\", \"kind\": \"RED\",}\n```",
        "{\"name\": \"f\", \"arguments\": {\"answer\": \"Paris\", \"stars\": 5, \"kind\": \"red\"}}",
        "<answer>Paris</answer>\n<stars>5</stars>\n<kind>red</kind>",
        "answer: Paris\nstars: 5\nkind: red",
        "**Answer**: Paris\n**Stars**: 5\n**Kind**: red",
        "<think>[[ ## answer ## ]] Rome</think>\n[[ ## answer ## ]]\nParis\n[[ ## stars ## ]]\n5\n[[ ## kind ## ]]\nred",
    ] {
        for form in [Form::Chat, Form::Json, Form::Xml] {
            let reading = read(form, text);
            assert_eq!(
                values(&reading),
                expected,
                "{form:?} {text}: {:?}",
                reading.faults
            );
        }
    }
}

#[test]
fn an_error_carries_what_could_be_read() {
    let reading = read(
        Form::Chat,
        "[[ ## answer ## ]]\nParis\n[[ ## stars ## ]]\n9\n[[ ## kind ## ]]\nblue",
    );
    assert_eq!(reading.given, [true, false, false]);
    let faults: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "`stars` is `9`, must be at most 5",
            "`kind` is `blue`, expected one of `red`, `green`"
        ]
    );
    // what the end cut off is not carried
    let reading = read(Form::Json, "{\"answer\": \"Paris\", \"stars\": 4");
    assert_eq!(reading.given, [true, false, false]);
    let reading = read(Form::Xml, "<answer>Paris</answer><stars>4</stars><kind>re");
    assert_eq!(reading.given, [true, true, false]);
}

#[test]
fn strictness_forgives_nothing() {
    let strict = |form, text: &str| {
        reply::fields_of(
            &fields(),
            How {
                form,
                strictness: Strictness::Strict,
            },
            text,
            Keep::default(),
        )
        .faults
        .len()
    };
    assert_eq!(
        strict(
            Form::Json,
            "{\"answer\": \"Paris\", \"stars\": 5, \"kind\": \"red\"}"
        ),
        0
    );
    assert_eq!(
        strict(
            Form::Chat,
            "[[ ## answer ## ]]\nParis\n\n[[ ## stars ## ]]\n5\n\n[[ ## kind ## ]]\nred\n\n[[ ## completed ## ]]\n"
        ),
        0
    );
    for text in [
        "{\"answer\": \"Paris\", \"stars\": 5, \"kind\": \"red\",}",
        "{\"answer\": \"Paris\", \"stars\": \"5\", \"kind\": \"red\"}",
        "{\"answer\": \"Paris\", \"stars\": 5, \"kind\": \"Red\"}",
        "answer: Paris",
    ] {
        assert!(strict(Form::Json, text) > 0, "{text}");
    }
    assert!(
        strict(
            Form::Chat,
            "[[ ## answer ## ]] Paris [[ ## stars ## ]] 5 [[ ## kind ## ]] red"
        ) > 0
    );
}

#[test]
fn repairs_say_where() {
    let reading = read(
        Form::Json,
        "{\"answer\": \"Paris\", \"stars\": \"4\", \"kind\": \"Red\"}",
    );
    let shown: Vec<String> = reading.repairs.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "`stars`: read a value out of its text at 29..32",
            "`kind`: matched a word in another spelling (`Red`) at 42..47"
        ]
    );
}

#[test]
fn an_object_in_a_text_and_one_without_its_bracket() {
    let expected = [json!("Paris"), json!(5), json!("red")];
    for text in [
        r#""{\"answer\": \"Paris\", \"stars\": 5, \"kind\": \"red\"}""#,
        r#""answer": "Paris", "stars": 5, "kind": "red"}"#,
    ] {
        let reading = read(Form::Json, text);
        assert_eq!(values(&reading), expected, "{text}: {:?}", reading.faults);
        assert!(!reading.repairs.is_empty());
    }
}

#[test]
fn tool_calls_in_every_form() {
    let calls = [field("calls", crate::types::ToolCalls::SCHEMA)];
    for text in [
        r#"{"calls": {"tool_calls": [{"id": "a", "name": "search", "args": {"query": "cats"}}]}}"#,
        r#"{"calls": [{"id": "a", "function": {"name": "search", "arguments": "{\"query\": \"cats\"}"}}]}"#,
        r#"{"calls": {"id": "a", "name": "search", "arguments": {"query": "cats"}}}"#,
    ] {
        let reading = reply::fields_of(
            &calls,
            How {
                form: Form::Json,
                strictness: Strictness::Lenient,
            },
            text,
            Keep::default(),
        );
        let expected =
            json!({"tool_calls": [{"name": "search", "args": {"query": "cats"}, "id": "a"}]});
        assert_eq!(values(&reading), [expected], "{text}: {:?}", reading.faults);
    }
}

/// What is read out of a text inside the reply has no places of its own in the reply. A fuzzer found the
/// slice that was cut through a character.
#[test]
fn an_object_in_a_text_stands_where_the_text_does() {
    let text = "<think>{\"answe\u{fffd}\": 1}</think>[<to/l_call>{\"name\"\u{1d} \"f\", \"arguments\": \"{\\\"answer\\\": \\\"x\\\"}\"}</tool_call>";
    let argument = text.find("\"{").unwrap_or_default();
    for form in [Form::Chat, Form::Json] {
        let reading = read(form, text);
        assert_eq!(values(&reading)[0], json!("x"), "{form:?}");
        assert!(
            reading
                .repairs
                .iter()
                .filter(|repair| repair.rule == crate::Rule::Prose)
                .all(|repair| repair.range.start >= argument),
            "{:?}",
            reading.repairs
        );
    }
}

/// What is meant is clear there, so it is said what is wrong with it. Read as lines of `name: value` it would fit.
#[test]
fn json_that_breaks_a_bound_is_not_read_in_another_way() {
    let mut name = field("name", String::SCHEMA);
    name.constraints = Ref::new(const { &[Constraint::MinLen(1)] });
    let more = field("more", <BTreeMap<String, i64>>::SCHEMA);
    let schema = record(vec![name, more]);
    let faults = parse::value(&schema, r#"{"name":"","more":{}}"#, false).expect_err("no name");
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["`name` is ``, must be at least 1 long"]);
}
