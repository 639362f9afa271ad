//! What each state of the environment gives.
use super::*;

fn vars(set: &'static [(&'static str, &'static str)]) -> Vars<impl Fn(&str) -> Option<String>> {
    Vars(move |name: &str| {
        set.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[track_caller]
fn words(choice: Result<Choice>) -> String {
    match choice {
        Ok(choice) => choice.words,
        Err(error) => {
            assert!(error.is_configuration(), "{error}");
            format!("error: {error}")
        }
    }
}

#[cfg(feature = "openai")]
#[test]
fn the_environment_chooses() {
    for (set, expected) in [
        (
            &[(KEY, "sk-123456")][..],
            "gpt-5-mini at api.openai.com answers",
        ),
        (
            &[(KEY, "sk-123456"), (MODEL, "gpt-4o")],
            "gpt-4o at api.openai.com answers",
        ),
        (
            &[(KEY, "sk-123456"), (MODEL, "openai/gpt-4o")],
            "gpt-4o at api.openai.com answers",
        ),
        (
            &[(BASE, "http://127.0.0.1:8080/v1")],
            "gpt-5-mini at 127.0.0.1:8080 answers",
        ),
        (
            &[(BASE, "http://127.0.0.1:8080/v1"), (MODEL, "tiny")],
            "tiny at 127.0.0.1:8080 answers",
        ),
        (
            &[
                (BASE, "https://gate.example/v1"),
                (KEY, "k"),
                (MODEL, "meta/llama"),
            ],
            "meta/llama at gate.example answers",
        ),
        (
            &[
                (BASE, "https://gate.example/v1"),
                (MODEL, "openai/openai/x"),
            ],
            "openai/x at gate.example answers",
        ),
        (
            &[(MODEL, "ollama/llama3.2:1b")],
            "llama3.2:1b at 127.0.0.1:11434 answers",
        ),
        (
            &[(KEY, "sk-123456"), (MODEL, "offline")],
            "the offline model answers (it was asked for)",
        ),
    ] {
        assert_eq!(words(vars(set).choose()), expected, "{set:?}");
    }
}

#[cfg(feature = "openai")]
#[test]
fn a_wrong_environment_is_told() {
    for (set, expected) in [
        (&[][..], &[KEY, BASE, MODEL][..]),
        (&[(KEY, "  ")], &[KEY, BASE, MODEL]),
        (&[(MODEL, "gpt-4o")], &[MODEL, KEY, BASE, "openai/gpt-4o"]),
        (
            &[(MODEL, "opnai/gpt-4o")],
            &[MODEL, "`opnai` is no provider", "did you mean `openai`?"],
        ),
        (&[(MODEL, "openai/gpt-4o")], &[KEY, BASE]),
        (&[(MODEL, "openai/")], &["names no model"]),
        (&[(KEY, "sk-123456"), (BASE, "gate.example")], &["base URL"]),
        (
            &[(KEY, "sk-123456"), (CAPABILITIES, "jason")],
            &[CAPABILITIES, "jason"],
        ),
    ] {
        let error = words(vars(set).choose());
        assert!(error.starts_with("error: "), "{set:?}: {error}");
        for part in expected {
            assert!(error.contains(part), "{set:?}: {error}");
        }
        assert!(!error.contains("sk-123456"), "{error}");
    }
}

#[cfg(feature = "openai")]
#[test]
fn capabilities_by_name_and_by_environment() {
    use sigflow_core::{Capabilities, LanguageModel as _};
    let of = |set| match vars(set).choose().expect("a choice").model {
        Model::OpenAi(model) => model.capabilities(),
        Model::Offline => panic!("offline"),
    };
    assert_eq!(of(&[(KEY, "k")]), Capabilities::ALL);
    assert_eq!(of(&[(BASE, "http://127.0.0.1:1/v1")]), Capabilities::CHAT);
    assert_eq!(
        of(&[(BASE, "http://127.0.0.1:1/v1"), (CAPABILITIES, "all")]),
        Capabilities::ALL
    );
    assert_eq!(
        of(&[
            (MODEL, "ollama/x"),
            (CAPABILITIES, "json_schema,json_object,tools,many")
        ]),
        Capabilities::ALL
    );
    assert_eq!(of(&[(MODEL, "ollama/x")]), Capabilities::CHAT);
}

#[test]
fn unknown_providers() {
    let parse = |name| words(vars(&[]).parse(name));
    assert_eq!(
        parse("offline"),
        "the offline model answers (it was asked for)"
    );
    assert!(parse("bedrock/claude").contains("`bedrock` is no provider"));
    assert!(parse("ofline").contains("did you mean `offline`?"));
    assert!(parse("").contains("offline"), "the list");
}

#[test]
fn only_an_empty_environment_is_offline() {
    assert!(vars(&[]).says_nothing());
    assert!(vars(&[(KEY, "")]).says_nothing());
    for set in [&[(KEY, "k")][..], &[(BASE, "b")], &[(MODEL, "m")]] {
        assert!(!vars(set).says_nothing());
    }
}
