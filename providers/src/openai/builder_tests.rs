//! What is checked when a client is built.
use super::*;
use serde_json::Map;
use sigflow_core::{Capabilities, LanguageModel as _};

fn endpoint(base: &str) -> Result<String> {
    let model = OpenAi::builder("m").base_url(base).build()?;
    Ok(model.client.wire().url.to_string())
}

#[test]
fn endpoints() {
    let of = |base: &str| endpoint(base).ok();
    for (base, whole) in [
        (
            "https://api.openai.com/v1",
            "https://api.openai.com/v1/chat/completions",
        ),
        (
            "https://api.openai.com/v1/",
            "https://api.openai.com/v1/chat/completions",
        ),
        (
            "http://localhost:8080",
            "http://localhost:8080/chat/completions",
        ),
        (
            "http://h/v1/chat/completions",
            "http://h/v1/chat/completions",
        ),
        (
            "https://x.azure.com/d/g?api-version=1",
            "https://x.azure.com/d/g/chat/completions?api-version=1",
        ),
    ] {
        assert_eq!(of(base).as_deref(), Some(whole), "{base}");
    }
    for base in ["", "localhost:8080/v1", "ftp://h/v1", "/v1", "https://"] {
        let error = endpoint(base).expect_err(base);
        assert!(error.is_configuration(), "{error}");
    }
    let error = endpoint("ftp://me:hunter22@h/v1")
        .expect_err("ftp")
        .to_string();
    assert!(!error.contains("hunter22"), "{error}");
}

#[test]
fn what_is_wrong_is_told_when_it_is_built() {
    let build = |builder: OpenAiBuilder| builder.build().expect_err("wrong").to_string();
    assert!(build(OpenAi::builder(" ")).contains("no name"));
    let key = "sk-secret\u{7f}";
    let error = build(OpenAi::builder("m").api_key(key));
    assert!(
        error.contains("API key") && !error.contains("secret"),
        "{error}"
    );
    assert!(build(OpenAi::builder("m").header("no name", "v")).contains("no name of a header"));
    assert!(build(OpenAi::builder("m").header("Content-Length", "3")).contains("content-length"));
    let mut extra = Map::new();
    extra.insert("stream".to_owned(), true.into());
    assert!(build(OpenAi::builder("m").extra_body(extra)).contains("`stream`"));
}

#[test]
fn debug_shows_no_secret() {
    let builder = OpenAi::builder("m")
        .base_url("https://me:pass-word-1@example.com/v1?key=query-secret")
        .api_key("sk-key-secret")
        .header("x-api-key", "header-secret")
        .organization("org-secret");
    let shown = format!("{builder:?} {builder:#?}");
    let model = builder.build().expect("a client");
    let shown = format!("{shown} {model:?} {model:#?} {}", model.endpoint());
    for secret in [
        "pass-word-1",
        "query-secret",
        "sk-key-secret",
        "header-secret",
        "org-secret",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(
        shown.contains("https://example.com/v1/chat/completions") && shown.contains("x-api-key"),
        "{shown}"
    );
}

#[test]
fn the_defaults() {
    let model = OpenAi::builder("gpt-5-mini").build().expect("a client");
    assert_eq!(
        model.endpoint(),
        "https://api.openai.com/v1/chat/completions"
    );
    assert_eq!(model.capabilities(), Capabilities::ALL);
    let shown = format!("{model:?}");
    let limits = "Timeouts { connect: 5s, first_token: None, idle: None, total: 120s, place: 30s }";
    assert!(shown.contains(limits), "{shown}");
}

#[test]
fn places_of_azure() {
    let of = |base: &str, version: Option<&str>| {
        let mut builder = OpenAi::builder("my gpt").base_url(base).api_key("k-123456");
        if let Some(version) = version {
            builder = builder.api_version(version);
        }
        let model = builder.build().expect("an endpoint of Azure");
        assert_eq!(model.client.peer().key_hint, "set AZURE_OPENAI_API_KEY");
        model.client.wire().url.to_string()
    };
    let endpoint = "https://x.openai.azure.com/";
    assert_eq!(
        of(endpoint, None),
        "https://x.openai.azure.com/openai/v1/chat/completions"
    );
    assert_eq!(
        of(endpoint, Some("2024-10-21")),
        "https://x.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21"
    );
    let whole = "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=1";
    assert_eq!(of(whole, Some("2")), whole);
    let error = OpenAi::builder("d").profile(Profile::Azure).build();
    let error = error.expect_err("no endpoint").to_string();
    assert!(error.contains("NAME.openai.azure.com"), "{error}");
}

#[test]
fn a_profile_knows_its_place() {
    for profile in Profile::ALL {
        if profile == Profile::Azure {
            continue;
        }
        let model = OpenAi::builder("m")
            .profile(profile)
            .build()
            .expect("a place");
        assert!(!model.host().is_empty(), "{profile:?}");
    }
}
