//! What is sent: OpenAI's own schemas judge every body, and nothing is in it that nobody set.
#![cfg(feature = "openai")]
mod support;

use serde_json::{Value, json};
use sigflow_core::{
    Effort, Message, OutputSchema, Request, ResponseFormat, Settings, ToolChoice, ToolSpec,
};
use sigflow_providers::TokenField;
use std::{collections::BTreeSet, sync::Arc};
use support::{KEY, Server, ask, call, reply};

const STRICT: &str = r#"{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"],"additionalProperties":false}"#;

fn schema(strict: bool) -> ResponseFormat {
    let mut schema = OutputSchema::new(
        "grounded_answer".to_owned(),
        r#"{"type":"object"}"#.to_owned(),
    );
    schema.openai = strict.then(|| STRICT.to_owned().into());
    ResponseFormat::Schema(schema)
}

/// Parts of a request, each with the members that it is sent as.
type Part = (fn(&mut Request), &'static [&'static str]);
const PARTS: &[Part] = &[
    (|r| r.settings.temperature = Some(0.2), &["temperature"]),
    (|r| r.settings.top_p = Some(0.9), &["top_p"]),
    (|r| r.settings.max_tokens = Some(64), &["max_tokens"]),
    (|r| r.settings.n = Some(3), &["n"]),
    (|r| r.settings.seed = Some(-7), &["seed"]),
    (
        |r| r.settings.reasoning_effort = Some(Effort::Low),
        &["reasoning_effort"],
    ),
    (
        |r| r.settings.stop = Some(Arc::from(["END".to_owned(), "\n\n".to_owned()])),
        &["stop"],
    ),
    (
        |r| r.tools = Arc::from([ToolSpec::new("search", "finds \"things\"", STRICT)]),
        &["tools"],
    ),
    (|r| r.tool_choice = ToolChoice::Required, &[]),
    (|r| r.response_format = schema(true), &["response_format"]),
    (
        |r| r.turns.insert(0, Message::assistant("earlier".to_owned())),
        &[],
    ),
];

#[tokio::test]
async fn nothing_is_sent_that_was_not_set() {
    let server = Server::json(reply("x")).await;
    let client = Arc::new(server.client());
    let mut expected = Vec::new();
    for set in 0..1_u32 << PARTS.len() {
        let mut request = ask("who?");
        let mut members = BTreeSet::from(["model", "messages"]);
        for (index, (change, sent)) in PARTS.iter().enumerate() {
            if set >> index & 1 == 1 {
                change(&mut request);
                members.extend(*sent);
            }
        }
        // A choice is sent with the tools to choose from, and only when somebody chose.
        if request.tool_choice != ToolChoice::Auto && !request.tools.is_empty() {
            members.insert("tool_choice");
        }
        sigflow_core::LanguageModel::complete(client.clone(), request)
            .await
            .expect("a response");
        expected.push(members);
    }
    let recorded = server.recorded();
    assert_eq!(recorded.len(), expected.len());
    for (request, members) in recorded.iter().zip(expected) {
        let body = request.json();
        let sent: BTreeSet<&str> = body
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(sent, members);
    }
}

#[tokio::test]
async fn every_form_of_a_request_is_valid() {
    let server = Server::json(reply("x")).await;
    let formats = [
        ResponseFormat::Text,
        ResponseFormat::JsonObject,
        schema(false),
        schema(true),
    ];
    let choices = [
        ToolChoice::Auto,
        ToolChoice::None,
        ToolChoice::Required,
        ToolChoice::Named("search".to_owned()),
    ];
    for format in &formats {
        for choice in &choices {
            for field in [TokenField::MaxTokens, TokenField::MaxCompletionTokens] {
                let mut request = ask("naïve \"quotes\" \\ \u{1}\u{7f}\u{2028} 日本 🦀");
                request.prefix.demos = Arc::from([
                    Message::user("q".to_owned()),
                    Message::assistant("a\t".to_owned()),
                ]);
                request.response_format = format.clone();
                request.tools = Arc::from([
                    ToolSpec::new("search", "", STRICT),
                    ToolSpec::new("find", "finds", "{}"),
                ]);
                request.tool_choice = choice.clone();
                request.settings = Settings {
                    temperature: Some(0.0),
                    top_p: Some(1.0),
                    max_tokens: Some(1),
                    n: Some(1),
                    seed: Some(i64::MAX),
                    reasoning_effort: Some(Effort::Minimal),
                    stop: Some(Arc::from(["\"".to_owned()])),
                    ..Settings::default()
                };
                let client = server
                    .builder()
                    .token_field(field)
                    .build()
                    .expect("a client");
                call(client, request).await.expect("a response");
            }
        }
    }
    let recorded = server.recorded();
    assert_eq!(recorded.len(), 32);
    for request in recorded {
        let text = &request.json()["messages"][3]["content"];
        assert_eq!(text, "naïve \"quotes\" \\ \u{1}\u{7f}\u{2028} 日本 🦀");
    }
}

#[tokio::test]
async fn the_same_request_gives_the_same_bytes() {
    let server = Server::json(reply("x")).await;
    let mut request = ask("who?");
    for (change, _) in PARTS {
        change(&mut request);
    }
    for _ in 0..3 {
        server.call(request.clone()).await.expect("a response");
    }
    let bodies: BTreeSet<String> = server
        .recorded()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(bodies.len(), 1);
}

#[tokio::test]
async fn the_line_and_the_headers() {
    let server = Server::json(reply("x")).await;
    server.call(ask("who?")).await.expect("a response");
    let builder = server
        .builder()
        .organization("org-1")
        .header("X-Team", "search")
        .header("Authorization", "Basic abc");
    call(builder.build().expect("a client"), ask("who?"))
        .await
        .expect("a response");
    let [plain, more] = &server.recorded()[..] else {
        panic!("two requests")
    };
    assert!(
        plain
            .head
            .starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{}",
        plain.head
    );
    assert_eq!(
        plain.header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
    assert_eq!(plain.header("content-type"), Some("application/json"));
    assert!(
        plain
            .header("user-agent")
            .is_some_and(|agent| agent.starts_with("sigflow/"))
    );
    assert_eq!(plain.header("openai-organization"), None);
    assert_eq!(more.header("openai-organization"), Some("org-1"));
    assert_eq!(more.header("x-team"), Some("search"));
    assert_eq!(more.header("authorization"), Some("Basic abc"));
}

#[tokio::test]
async fn extra_members_and_a_query() {
    let server = Server::json(reply("x")).await;
    let extra = json!({"reasoning_effort": "low", "safety_identifier": "me"});
    let builder = server
        .builder()
        .base_url(format!("{}?api-version=2026-01-01", server.base))
        .extra_body(extra.as_object().cloned().unwrap_or_default());
    call(builder.build().expect("a client"), ask("who?"))
        .await
        .expect("a response");
    let recorded = server.recorded_with(&["reasoning_effort", "safety_identifier"]);
    let body: Value = recorded[0].json();
    assert_eq!(body["reasoning_effort"], "low");
    assert!(
        recorded[0]
            .head
            .starts_with("POST /v1/chat/completions?api-version=2026-01-01 "),
        "{}",
        recorded[0].head
    );
}

#[tokio::test]
async fn a_server_without_a_key_gets_none() {
    let server = Server::json(reply("x")).await;
    for key in [None, Some(""), Some(" \n")] {
        let mut builder = sigflow_providers::OpenAi::builder("tiny").base_url(&server.base);
        if let Some(key) = key {
            builder = builder.api_key(key);
        }
        call(builder.build().expect("a client"), ask("who?"))
            .await
            .expect("a response");
    }
    for request in server.recorded() {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.json()["model"], "tiny");
    }
}

#[test]
fn the_judges_do_judge() {
    let wrong =
        json!({"model": "m", "messages": [{"role": "user", "content": "x"}], "temperature": "hot"});
    for (name, schema) in support::SCHEMAS.iter() {
        assert!(!schema.is_valid(&wrong), "{name}");
    }
}
