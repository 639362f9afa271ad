use super::{Cassette, scrub::Rule};
use crate::secret::Redactor;

fn rule() -> Rule {
    let mut client = Redactor::default();
    client.add("the-key-of-this-client");
    let mut rule = Rule::default();
    rule.knows(&client);
    rule
}

#[test]
fn cuts_move_along() {
    let text = "ab the-key-of-this-client cd";
    let mut cuts = [0, 2, 3, 4, 24, 25, 26, text.len()];
    let clean = rule().clean_cut(text, &mut cuts);
    assert_eq!(clean, "ab [redacted] cd");
    assert_eq!(cuts, [0, 2, 3, 13, 13, 13, 14, clean.len()]);
}

#[test]
fn keys_of_known_kinds_are_found() {
    let rule = Rule::default();
    for key in [
        "sk-proj-0123456789abcdefXYZ_-",
        "sk-ant-api03-abcdefghijklmnop",
        "sk-or-v1-0123456789abcdef0123456789",
        "gsk_0123456789abcdefghijABCDEF",
        "xai-0123456789abcdefghijABCDEF",
        "hf_abcdefghijklmnopqrstuvwxyz",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        "ya29.a0AfH6SMBx0123456789abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "bedrock-api-key-YmVkcm9jay1hcGkta2V5",
        "ghp_0123456789abcdefghijABCDEFGHIJ",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc",
        "Bearer 0123456789abcdef",
    ] {
        assert_eq!(
            rule.clean(&format!("a \"{key}\" b")),
            "a \"[redacted]\" b",
            "{key}"
        );
    }
    for word in [
        "chatcmpl-0123456789abcdefghijk",
        "a risk-assessment-of-many-things",
        "call_0123456789abcdefghijklmn",
        "the bearer of news",
        "[redacted]",
    ] {
        assert_eq!(rule.clean(word), word);
    }
}

#[test]
fn patterns_that_overlap_are_one_place() {
    let mut rule = rule();
    rule.add("client-[0-9]+").expect("a pattern");
    rule.add("x*")
        .expect("a pattern, of which empty places count for nothing");
    assert_eq!(rule.clean("the-key-of-this-client-42!"), "[redacted]!");
    assert!(rule.add("(").is_err());
}

#[test]
fn what_is_no_cassette_is_said() {
    for (text, words) in [
        ("", "no JSON"),
        ("{}", "`format` is not"),
        (r#"{"format":"sigflow-cassette","version":2}"#, "version 2"),
        (
            r#"{"format":"sigflow-cassette","version":1}"#,
            "`exchanges` is no list",
        ),
        (
            r#"{"format":"sigflow-cassette","version":1,"exchanges":[{"request":{"method":"POST","url":"u","body":{}},"reply":{"status":200,"body":"abc","cuts":[1],"end":"whole"}}]}"#,
            "`exchanges[0]`: `cuts` are not the lengths",
        ),
        (
            r#"{"format":"sigflow-cassette","version":1,"exchanges":[{"request":{"method":"POST","url":"u","body":{}},"reply":{"status":20,"body":"abc","end":"whole"}}]}"#,
            "`status` is none",
        ),
    ] {
        let error = Cassette::parse(text).expect_err(words);
        assert!(
            error.is_configuration() && error.to_string().contains(words),
            "{error}"
        );
    }
    let missing = Cassette::load("/no/such/file").expect_err("no file");
    assert!(
        missing.to_string().contains("cassette /no/such/file: "),
        "{missing}"
    );
}
