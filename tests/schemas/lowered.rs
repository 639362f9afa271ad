//! Replies in the forms that dialects ask for are read back, and so are the plain forms.
use super::samples::*;
use sigflow::{prelude::*, testing::Scripted};
use std::collections::BTreeMap;

#[derive(Field, PartialEq, Eq, PartialOrd, Ord)]
enum Colour {
    DarkRed,
    Blue,
}

signature! {
    struct Forms { text: String } -> {
        by_name: BTreeMap<String, Vec<u8>>,
        by_number: BTreeMap<i32, (String, bool)>,
        by_colour: BTreeMap<Colour, Option<f64>>,
        pair: (Colour, (i64, char)),
        maybe: Option<BTreeMap<u8, u8>>,
        #[field(default = 7, ge = 1)]
        seven: u8,
        #[field(default = ["x"])]
        list: Vec<String>,
    }
}

async fn read(reply: &str) -> Result<FormsOutput> {
    Forms { text: "x".into() }
        .predict()
        .with(&Scripted::new([reply]).lm())
        .await
}

fn expected(output: &FormsOutput) {
    assert_eq!(
        output.by_name,
        BTreeMap::from([("a".into(), vec![1, 2]), ("b c".into(), vec![])])
    );
    assert_eq!(
        output.by_number,
        BTreeMap::from([(-1, ("x".into(), true)), (2, ("y".into(), false))])
    );
    assert_eq!(
        output.by_colour,
        BTreeMap::from([(Colour::DarkRed, Some(0.5)), (Colour::Blue, None)])
    );
    assert_eq!(output.pair, (Colour::Blue, (3, 'z')));
    assert_eq!(
        (output.seven, output.list.as_slice()),
        (7, &["x".to_owned()][..])
    );
}

#[tokio::test]
async fn closed_forms() {
    let output = read(
        r#"{
            "by_name": [{"key": "a", "value": [1, 2]}, {"key": "b c", "value": []}],
            "by_number": [{"key": -1, "value": {"0": "x", "1": true}}, {"key": "2", "value": {"1": false, "0": "y"}}],
            "by_colour": [{"value": 0.5, "key": "dark red"}, {"key": "Blue", "value": null}],
            "pair": {"0": "blue", "1": {"0": 3, "1": "z"}},
            "maybe": null, "seven": null, "list": null
        }"#,
    )
    .await
    .unwrap();
    expected(&output);
    assert_eq!(output.maybe, None);
}

#[tokio::test]
async fn plain_forms() {
    let output = read(
        r#"{
            "by_name": {"a": [1, 2], "b c": []},
            "by_number": {"-1": ["x", true], " 2 ": ["y", false]},
            "by_colour": {"DARK_RED": 0.5, "Blue": null},
            "pair": ["Blue", [3, "z"]],
            "maybe": {"1": 2}
        }"#,
    )
    .await
    .unwrap();
    expected(&output);
    assert_eq!(output.maybe, Some(BTreeMap::from([(1, 2)])));
}

#[tokio::test]
async fn sections_with_closed_forms() {
    let output = read(
        "[[ ## by_name ## ]]\n[{\"key\": \"a\", \"value\": [1, 2]}, {\"key\": \"b c\", \"value\": []}]\n\
         [[ ## by_number ## ]]\n{\"-1\": {\"0\": \"x\", \"1\": true}, \"2\": [\"y\", false]}\n\
         [[ ## by_colour ## ]]\n[[\"DarkRed\", 0.5], [\"Blue\", null]]\n\
         [[ ## pair ## ]]\n[\"Blue\", {\"0\": 3, \"1\": \"z\"}]\n[[ ## maybe ## ]]\nnull\n[[ ## completed ## ]]",
    )
    .await
    .unwrap();
    expected(&output);
}

#[tokio::test]
async fn faults_name_the_place_in_either_form() {
    for (reply, fault) in [
        (
            r#"[{"key": "1", "value": ["x", "perhaps"]}]"#,
            "by_number.1[1]",
        ),
        (r#"{"1": {"0": "x", "1": "perhaps"}}"#, "by_number.1[1]"),
        (r#"{"eins": ["x", true]}"#, "by_number.eins"),
        (r#"[{"key": "1"}]"#, "by_number"),
    ] {
        let reply = format!(
            r#"{{"by_name": {{}}, "by_number": {reply}, "by_colour": {{}}, "pair": ["Blue", [3, "z"]], "maybe": null}}"#
        );
        let error = read(&reply).await.unwrap_err().to_string();
        assert!(error.contains(fault), "{fault} in {error}");
    }
}

#[tokio::test]
async fn what_may_be_left_out_of_a_recursive_type_is_empty() {
    let reply = r#"{"root": {"title": "a", "parts": [{"title": "b", "note": {"text": "c", "source": {"title": "d"}}}]}, "notes": []}"#;
    let output = Outline { text: "x".into() }
        .predict()
        .with(&Scripted::new([reply]).lm())
        .await
        .unwrap();
    let part = &output.root.parts[0];
    assert!(part.parts.is_empty());
    assert_eq!(
        part.note.as_ref().unwrap().source.as_ref().unwrap().title,
        "d"
    );
    // a list that closes no cycle must be there
    let reply = r#"{"root": {"title": "a"}}"#;
    let error = Outline { text: "x".into() }
        .predict()
        .with(&Scripted::new([reply]).lm())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("notes"), "{error}");
}
