//! Whole prompts, and what stands in the reply.
use super::*;

#[test]
fn copies_are_equal_and_words_are_counted() {
    let system = system(&[("total", "", "")]);
    let mut request = request(&system, &[(User, "[[ ## text ## ]]\nTotal: 5")], None);
    request.settings.n = Some(3);
    let response = respond(&request);
    let texts = response.completions.iter().map(|each| each.text.as_str());
    let texts: Vec<&str> = texts.collect();
    assert_eq!(texts, ["[[ ## total ## ]]\n5\n\n[[ ## completed ## ]]"; 3]);
    assert_eq!(response.usage.map(|usage| usage.output_tokens), Some(33));
    assert_eq!(response.model, "offline");
}

#[test]
fn a_schema_of_the_request_is_kept() {
    let system = system(&[("total", "", "")]);
    let schema = r#"{"type": "object", "properties": {"total": {"type": "integer"}}, "required": ["total"]}"#;
    let question = [(User, "[[ ## text ## ]]\nTotal: 5")];
    assert_eq!(answer(&system, &question, Some(schema)), r#"{"total":5}"#);
    let mut request = request(&system, &question, None);
    request.response_format = ResponseFormat::JsonObject;
    assert_eq!(respond(&request).completions[0].text, r#"{"total":"5"}"#);
}

#[test]
fn bounds_in_words_hold() {
    let note = |schema: Value| format!("must adhere to the JSON schema: {schema}");
    let rating = note(json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}));
    let rows = note(json!({"type": "array", "items": {"type": "string"}}));
    let system = system(&[
        (
            "stars",
            "Stars.\nConstraints: greater than or equal to: 3, less than: 5",
            "must be a single int value",
        ),
        (
            "rating",
            "Rating.\nConstraints: less than or equal to: 5",
            &rating,
        ),
        ("rows", "Rows.\nConstraints: minimum length: 2", &rows),
    ]);
    let reply = answer(&system, &[(User, &question("Rating: 7. Stars: 9"))], None);
    let expected = "[[ ## stars ## ]]\n3\n\n[[ ## rating ## ]]\nnull\n\n[[ ## rows ## ]]\n[\"0\",\"1\"]\n\n[[ ## completed ## ]]";
    assert_eq!(reply, expected);
}

#[test]
fn an_answer_comes_from_the_context() {
    let system = system(&[
        ("reasoning", "", ""),
        ("answer", "often between one and five words", ""),
    ])
    .replace(
        "1. `text` (str):",
        "1. `context` (str): \n2. `question` (str):",
    );
    let user = "[[ ## context ## ]]\n[1] «Oslo is a city in Norway.»\n[2] «The bridge was built by Ada Lindgren in 1932.»\n\n\
        [[ ## question ## ]]\nWho built the bridge?\n\nRespond with the corresponding output fields, starting with …";
    let reply = answer(&system, &[(User, user)], None);
    let found = "The bridge was built by Ada Lindgren in 1932.";
    assert_eq!(
        reply,
        format!(
            "[[ ## reasoning ## ]]\n{found}\n\n[[ ## answer ## ]]\n{found}\n\n[[ ## completed ## ]]"
        )
    );
}

#[test]
fn a_second_try_reads_the_inputs_again() {
    let system = system(&[("total", "", "must be a single int value")]);
    let turns = [
        (User, "[[ ## text ## ]]\nTotal: 12"),
        (Model, "twelve"),
        (User, "Your answer was not an integer."),
    ];
    assert_eq!(
        answer(&system, &turns, None),
        "[[ ## total ## ]]\n12\n\n[[ ## completed ## ]]"
    );
}

#[test]
fn prompts_of_other_kinds_end_at_once() {
    let end = "[[ ## completed ## ]]";
    assert_eq!(answer("Be nice.", &[(User, "Hello there.")], None), end);
    assert_eq!(answer("", &[], None), end);
    assert_eq!(answer("", &[(User, "")], Some("{}")), "{}");
}
