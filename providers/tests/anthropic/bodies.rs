//! Bodies against Anthropic's own schemas.
use super::call;
use crate::support::{
    KEY, Recorded, Server, ask,
    schemas::{fits, only, schema},
};
use serde_json::{Value, json};
use sigflow_core::{
    Effort, Message, OutputSchema, Part, PromptCache, ResponseFormat, ToolCall, ToolChoice,
    ToolSpec,
    types::{Document, File, Image},
};
use std::sync::{Arc, LazyLock};

/// Top-level members that a request may have.
const MEMBERS: &[&str] = &[
    "model",
    "max_tokens",
    "system",
    "messages",
    "temperature",
    "top_p",
    "stop_sequences",
    "tools",
    "tool_choice",
    "output_config",
    "thinking",
    "stream",
];

/// Anthropic's schemas allow members they do not know, so a misspelt one passes them: hence the lists.
const BLOCKS: &[(&str, &[&str])] = &[
    ("text", &["text", "cache_control"]),
    ("thinking", &["thinking", "signature"]),
    ("redacted_thinking", &["data"]),
    ("tool_use", &["id", "name", "input", "cache_control"]),
    ("tool_result", &["tool_use_id", "content", "cache_control"]),
    ("image", &["source", "cache_control"]),
    (
        "document",
        &["source", "title", "context", "citations", "cache_control"],
    ),
];

static WHOLE: LazyLock<Option<jsonschema::Validator>> =
    LazyLock::new(|| schema("anthropic/messages.request.schema.json"));
static STREAMED: LazyLock<Option<jsonschema::Validator>> =
    LazyLock::new(|| schema("anthropic/messages.request_stream.schema.json"));

#[track_caller]
pub(super) fn check(request: &Recorded) {
    let body = request.json();
    assert_eq!(request.header("x-api-key"), Some(KEY));
    assert_eq!(request.header("anthropic-version"), Some("2023-06-01"));
    assert_eq!(request.header("authorization"), None);
    assert!(
        request.head.starts_with("POST /v1/messages HTTP/1.1"),
        "{}",
        request.head
    );
    let streams = body.get("stream").is_some();
    let schema = if streams { &STREAMED } else { &WHOLE };
    if let Some(schema) = &**schema {
        fits(schema, &body);
    }
    only(MEMBERS, &body);
    for message in body["messages"].as_array().expect("a list") {
        for block in message["content"].as_array().into_iter().flatten() {
            check_block(block);
        }
    }
}

#[track_caller]
fn check_block(block: &Value) {
    let kind = block["type"].as_str().expect("a type");
    let (_, known) = BLOCKS
        .iter()
        .find(|(name, _)| *name == kind)
        .expect("a known block");
    for key in block
        .as_object()
        .expect("an object")
        .keys()
        .filter(|key| *key != "type")
    {
        assert!(known.contains(&key.as_str()), "member `{key}` in {block}");
    }
}

/// Every kind of request in one way or another, each by the schemas.
#[tokio::test]
async fn bodies_by_anthropics_own_schemas() {
    let server = Server::json(json!({"content": [{"type": "text", "text": "x"}]})).await;
    let schema = r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#;
    let mut tools = ask("use them");
    let mut strict = ToolSpec::new("g", "", schema);
    strict.strict = true;
    tools.tools = Arc::from([ToolSpec::new("f", "does f", schema), strict]);
    let mut turn = Message::assistant("I look.");
    turn.tool_calls = vec![
        ToolCall::new("t1", "f", "{\"a\":\"b\"}"),
        ToolCall::new("t2", "g", ""),
    ];
    let thought = json!({"type": "thinking", "thinking": "hm", "signature": "c2ln"});
    turn.replay = vec![
        sigflow_core::ReplayBlock::new("anthropic", thought),
        sigflow_core::ReplayBlock::new(
            "anthropic",
            json!({"type": "redacted_thinking", "data": "AAAA"}),
        ),
    ];
    tools.turns = vec![
        Message::user("go"),
        turn,
        Message::tool("t1", "f", "three"),
        Message::tool("t2", "g", "four"),
        Message::user("and?"),
    ]
    .into();
    let mut requests = vec![ask("plain")];
    for choice in [
        ToolChoice::Auto,
        ToolChoice::None,
        ToolChoice::Required,
        ToolChoice::Named("g".to_owned()),
    ] {
        tools.tool_choice = choice;
        requests.push(tools.clone());
    }
    for cache in [PromptCache::Short, PromptCache::Long] {
        let mut kept = tools.clone();
        kept.prefix.demos = Arc::from([Message::user("q"), Message::assistant("a")]);
        kept.settings.prompt_cache = Some(cache);
        requests.push(kept);
    }
    let mut parts = ask("");
    parts.turns = Message::user_parts(vec![
        Part::Text("look".to_owned()),
        Part::Image(Image::from_bytes(b"ab", "image/png")),
        Part::Image(Image::from_url("https://example.com/dog.jpg")),
        Part::Document(Document::new("the text").title("T").context("C")),
        Part::Document(Document::from_pdf(b"%PDF")),
        Part::File(File::from_id("file_1")),
        Part::File(File::from_bytes(b"text", "a.txt", "text/plain")),
    ])
    .into();
    requests.push(parts);
    let mut formed = ask("form");
    let mut output = OutputSchema::new("answer", schema);
    output.anthropic = Some(schema.into());
    formed.response_format = ResponseFormat::Schema(output);
    formed.settings.stop = Some(Arc::from(["END".to_owned()]));
    formed.settings.max_tokens = Some(20_000);
    requests.push(formed.clone());
    let mut count = 0;
    for request in requests {
        call(&server, "claude-sonnet-4-5", request)
            .await
            .expect("a response");
        count += 1;
    }
    for effort in Effort::ALL {
        for model in [
            "claude-sonnet-4-5",
            "claude-opus-4-5",
            "claude-opus-4-6",
            "claude-opus-4-8",
            "claude-opus-5",
            "claude-sonnet-5-5",
            "claude-fable-5",
            "tiny",
        ] {
            formed.settings.reasoning_effort = Some(effort);
            call(&server, model, formed.clone())
                .await
                .expect("a response");
            count += 1;
        }
    }
    formed.settings.reasoning_effort = None;
    (formed.settings.temperature, formed.settings.top_p) = (Some(0.5), Some(0.9));
    call(&server, "claude-haiku-4-5", formed)
        .await
        .expect("a response");
    let seen = server.seen();
    assert_eq!(seen.len(), count + 1);
    seen.iter().for_each(check);
}
