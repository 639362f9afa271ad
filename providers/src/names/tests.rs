//! What each state of the environment gives.
use super::*;

const KEY: &str = "OPENAI_API_KEY";
const BASE: &str = "OPENAI_BASE_URL";

fn vars<'a>(set: &'a [(&'a str, &'a str)]) -> Vars<impl Fn(&str) -> Option<String> + use<'a>> {
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
    let server = (BASE, "http://127.0.0.1:8080/v1");
    let gate = (BASE, "https://gate.example/v1");
    let key = (KEY, "sk-123456");
    for (set, expected) in [
        (&[key][..], "gpt-5-mini at api.openai.com"),
        (&[key, (MODEL, "gpt-4o")], "gpt-4o at api.openai.com"),
        (&[key, (MODEL, "openai/gpt-4o")], "gpt-4o at api.openai.com"),
        (&[server], "gpt-5-mini at 127.0.0.1:8080"),
        (&[server, (MODEL, "tiny")], "tiny at 127.0.0.1:8080"),
        (
            &[gate, (KEY, "k"), (MODEL, "meta/llama")],
            "meta/llama at gate.example",
        ),
        (
            &[gate, (MODEL, "openai/openai/x")],
            "openai/x at gate.example",
        ),
        (
            &[(MODEL, "ollama/llama3.2:1b")],
            "llama3.2:1b at 127.0.0.1:11434",
        ),
        (
            &[("GROQ_API_KEY", "k")],
            "openai/gpt-oss-120b at api.groq.com",
        ),
        (
            &[("GROQ_API_KEY", "k"), (MODEL, "qwen/q")],
            "qwen/q at api.groq.com",
        ),
        // the first of the table
        (
            &[("XAI_API_KEY", "k"), ("MISTRAL_API_KEY", "k")],
            "mistral-small-latest at api.mistral.ai",
        ),
        (&[("XAI_API_KEY", "k"), key], "gpt-5-mini at api.openai.com"),
        (
            &[("VLLM_BASE_URL", "http://gpu:9"), (MODEL, "Qwen/Q")],
            "Qwen/Q at gpu:9",
        ),
        (&[("OLLAMA_HOST", "box"), (MODEL, "x")], "x at box:11434"),
    ] {
        assert_eq!(
            words(vars(set).choose()),
            format!("{expected} answers"),
            "{set:?}"
        );
    }
    let asked = &[key, (MODEL, "offline")];
    assert_eq!(
        words(vars(asked).choose()),
        "the offline model answers (it was asked for)"
    );
}

#[cfg(feature = "openai")]
#[test]
fn names_lead_to_providers() {
    for (name, set, expected) in [
        (
            "openrouter/meta/llama",
            &[("OPENROUTER_API_KEY", "k")][..],
            "meta/llama at openrouter.ai",
        ),
        (
            "together_ai/a/b",
            &[("TOGETHERAI_API_KEY", "k")],
            "a/b at api.together.xyz",
        ),
        (
            "deepseek/deepseek-flash",
            &[("DEEPSEEK_API_KEY", "k")],
            "deepseek-flash at api.deepseek.com",
        ),
        ("litellm_proxy/x", &[], "x at 127.0.0.1:4000"),
        (
            "hosted_vllm/a/b",
            &[("HOSTED_VLLM_API_BASE", "http://h:1")],
            "a/b at h:1",
        ),
        ("llama.cpp/x", &[], "x at 127.0.0.1:8080"),
        (
            "azure/mine",
            &[
                ("AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com"),
                ("AZURE_OPENAI_API_KEY", "k"),
            ],
            "mine at r.openai.azure.com",
        ),
        (
            "grok/grok-4.3",
            &[("XAI_API_KEY", "k"), ("XAI_BASE_URL", "http://h:2")],
            "grok-4.3 at h:2",
        ),
    ] {
        assert_eq!(
            words(vars(set).parse(name)),
            format!("{expected} answers"),
            "{name}"
        );
    }
}

#[cfg(feature = "openai")]
#[test]
fn a_wrong_environment_is_told() {
    for (set, expected) in [
        (&[][..], &[KEY, BASE, MODEL, "GROQ_API_KEY"][..]),
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
            &[(KEY, "sk-123456"), ("SIGFLOW_CAPABILITIES", "jason")],
            &["SIGFLOW_CAPABILITIES", "jason"],
        ),
        (
            &[(MODEL, "azure/d"), ("AZURE_API_KEY", "sk-123456")],
            &["AZURE_OPENAI_ENDPOINT"],
        ),
        (
            &[("AZURE_API_KEY", "sk-123456")],
            &["set SIGFLOW_MODEL to `azure/`"],
        ),
        (
            &[(BASE, "https://gate.example/v1"), (MODEL, "mistral/x")],
            &["MISTRAL_API_KEY is not set", "write `openai/mistral/x`"],
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
    use sigflow_core::Capabilities;
    let of = |set: &[(&str, &str)]| vars(set).choose().expect("a choice").lm.capabilities();
    let all = ("SIGFLOW_CAPABILITIES", "json_schema,json_object,tools,many");
    let server = (BASE, "http://127.0.0.1:1/v1");
    assert_eq!(of(&[(KEY, "k")]), Capabilities::ALL);
    assert_eq!(of(&[server]), Capabilities::CHAT);
    assert_eq!(of(&[server, all]), Capabilities::ALL);
    assert_eq!(of(&[(MODEL, "ollama/x"), all]), Capabilities::ALL);
    // its server samples by a schema, whatever the model
    #[cfg(feature = "ollama")]
    {
        let mut samples = Capabilities::CHAT;
        (samples.json_schema, samples.json_object) = (true, true);
        assert_eq!(of(&[(MODEL, "ollama/x")]), samples);
    }
}

#[test]
fn unknown_providers() {
    let parse = |name: &str| words(vars(&[]).parse(name));
    assert_eq!(
        parse("offline"),
        "the offline model answers (it was asked for)"
    );
    assert!(parse("vertex/x").contains("`vertex` is no provider"));
    assert!(parse("ofline").contains("did you mean `offline`?"));
    let list = parse("");
    for row in PROVIDERS {
        assert!(list.contains(row.name), "{list}");
    }
}

#[test]
fn what_a_build_is_without_says_so() {
    let parse = |name: &str| words(vars(&[]).parse(name));
    for row in PROVIDERS.iter().filter(|row| !row.format.is_built()) {
        let (name, error) = (row.name, parse(&format!("{}/x", row.name)));
        assert!(
            error.contains(&format!("`{name}` needs the feature `")),
            "{error}"
        );
    }
}

#[test]
fn rows_are_whole() {
    let mut words: Vec<&str> = Vec::new();
    for row in PROVIDERS {
        words.push(row.name);
        words.extend(row.aliases);
        let offline = row.name == "offline";
        assert_eq!(row.keys.is_empty(), offline, "{}", row.name);
        assert_eq!(row.bases.is_empty(), offline, "{}", row.name);
        assert!(
            row.keys.iter().take(1).all(|key| row.hint.contains(key)),
            "{}",
            row.name
        );
        assert!(
            row.path.is_empty() || row.base.ends_with(row.path),
            "{}",
            row.name
        );
    }
    let count = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), count, "a name comes twice");
}

#[test]
fn only_an_empty_environment_is_offline() {
    let is_offline = |set: &[(&str, &str)]| {
        let choice = vars(set).choose_or_offline();
        choice.is_ok_and(|choice| choice.words.starts_with("the offline model"))
    };
    assert!(is_offline(&[]));
    assert!(is_offline(&[(KEY, "")]));
    for set in [
        &[(KEY, "k")][..],
        &[(BASE, "b")],
        &[(MODEL, "m")],
        &[("ANTHROPIC_API_KEY", "k")],
    ] {
        assert!(!is_offline(set), "{set:?}");
    }
}

/// Anthropic and Bedrock, by the variables of their own tools.
#[cfg(all(feature = "anthropic", feature = "bedrock"))]
#[test]
fn claude_by_both_of_its_ways() {
    let key = ("ANTHROPIC_API_KEY", "sk-ant-123");
    let aws = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret-123"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let gate = ("ANTHROPIC_BASE_URL", "http://127.0.0.1:8080");
    for (set, name, expected) in [
        (
            &[key][..],
            "anthropic/claude-sonnet-4-5",
            "claude-sonnet-4-5 at api.anthropic.com answers",
        ),
        (&[gate], "anthropic/tiny", "tiny at 127.0.0.1:8080 answers"),
        (
            &aws,
            "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0 at bedrock-runtime.eu-west-1.amazonaws.com answers",
        ),
    ] {
        assert_eq!(words(vars(set).parse(name)), expected);
    }
    let lm = vars(&[key]).choose().expect("a model").into_lm();
    assert!(lm.capabilities().json_schema && lm.capabilities().citations);
    for (set, name, missing) in [
        (&[][..], "anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        (&[], "bedrock/amazon.nova-lite-v1:0", "AWS_REGION"),
        (
            &aws[2..],
            "bedrock/amazon.nova-lite-v1:0",
            "AWS_SECRET_ACCESS_KEY",
        ),
    ] {
        let error = words(vars(set).parse(name));
        assert!(
            error.starts_with("error: ") && error.contains(missing),
            "{error}"
        );
    }
}

#[cfg(feature = "openai")]
#[test]
fn what_is_configured() {
    let of = |set: &[(&str, &str)]| vars(set).configured();
    assert!(of(&[]).is_empty());
    assert!(of(&[("AZURE_API_KEY", "k"), ("VLLM_BASE_URL", "http://h:1")]).is_empty());
    assert_eq!(
        of(&[("XAI_API_KEY", "k"), (KEY, "k"), (MODEL, "ollama/x")]),
        ["openai/gpt-5-mini", "xai/grok-4.3", "ollama/x"]
    );
    assert_eq!(
        of(&[(KEY, "k"), (MODEL, "openai/gpt-4o")]),
        ["openai/gpt-4o"]
    );
    assert_eq!(of(&[(MODEL, "together_ai/a/b")]), ["together_ai/a/b"]);
}

/// The README has a section for each provider, in the order in which the environment chooses, with all that the table
/// says of it.
#[test]
fn the_readme_names_every_provider_and_its_variables() {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(place).expect("the README of the repository");
    let (_, rest) = readme
        .split_once("\n### Which model answers\n")
        .expect("the part of the README about models");
    let (part, _) = rest.split_once("\n### ").expect("a part behind it");
    let sections: Vec<(&str, &str)> = part
        .split("\n#### `")
        .skip(1)
        .map(|section| section.split_once('`').expect("a name in backticks"))
        .collect();
    let names: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
    let rows: Vec<&str> = PROVIDERS.iter().map(|row| row.name).collect();
    assert_eq!(names, rows);
    for (row, (name, text)) in PROVIDERS.iter().zip(sections) {
        let model = format!("{name}/{}", row.default_model);
        let model = (!row.default_model.is_empty()).then_some(model.as_str());
        let base = Some(row.base).filter(|base| !base.is_empty());
        let words = row.keys.iter().chain(row.bases).chain(row.aliases).copied();
        for word in words.chain(model).chain(base) {
            let told = text.contains(&format!("`{word}`"));
            assert!(
                told,
                "the README says nothing of `{word}` in the section of `{name}`"
            );
        }
        for line in ["\n- Beyond chat", "\n- Not: "] {
            assert!(
                text.contains(line),
                "the section of `{name}` lacks `{line}`"
            );
        }
    }
}
