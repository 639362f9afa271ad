//! Bodies against the service's own model, and how they are signed.
use super::{CLAUDE, SECRET, builder, call, reply, shapes};
use crate::support::{Recorded, Server, ask};
use serde_json::json;
use sigflow_core::{
    Effort, LanguageModel as _, Message, OutputSchema, Part, PromptCache, ReplayBlock,
    ResponseFormat, ToolCall, ToolChoice, ToolSpec,
    types::{Audio, Document, File, Image},
};
use std::sync::Arc;

#[track_caller]
pub(super) fn check(request: &Recorded) {
    let authorization = request.header("authorization").expect("a signature");
    assert!(
        authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
        "{authorization}"
    );
    assert!(authorization.contains("/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="));
    assert_eq!(request.header("x-amz-date").map(str::len), Some(16));
    assert_eq!(
        request.header("x-amz-security-token"),
        Some("a-session-token")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert!(!request.head.contains(SECRET));
    shapes::check("ConverseRequest", &request.json(), &["modelId"]);
}

/// Every kind of request in one way or another, each by the shapes of the service.
#[tokio::test]
async fn bodies_by_the_services_own_model() {
    let server = Server::json(reply()).await;
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
    let said = json!({"text": "hm", "signature": "c2ln"});
    turn.replay = vec![
        ReplayBlock::new(
            "bedrock",
            json!({"reasoningContent": {"reasoningText": said}}),
        ),
        ReplayBlock::new(
            "bedrock",
            json!({"reasoningContent": {"redactedContent": "AAAA"}}),
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
        Part::Image(Image::from_url("s3://bucket/dog.png")),
        Part::Audio(Audio::from_base64("AAAA", "wav")),
        Part::Document(Document::new("the text").title("T").context("C")),
        Part::Document(Document::from_pdf(b"%PDF")),
        Part::File(File::from_bytes(b"text", "a.txt", "text/plain")),
        Part::File(File::from_bytes(b"mp4", "a.mp4", "video/mp4")),
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
        call(&server, CLAUDE, request).await.expect("a response");
        count += 1;
    }
    for effort in Effort::ALL {
        for model in [
            CLAUDE,
            "anthropic.claude-opus-4-8",
            "eu.anthropic.claude-opus-5",
            "amazon.nova-2-lite-v1:0",
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
    call(&server, CLAUDE, formed).await.expect("a response");
    let seen = server.seen();
    assert_eq!(seen.len(), count + 1);
    seen.iter().for_each(check);
    let line = "POST /model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse HTTP/1.1";
    assert_eq!(seen[0].head.lines().next(), Some(line));
}

/// The checker itself finds what it is there for.
#[test]
fn the_checker_finds_mistakes() {
    for (body, what) in [
        (json!({"mesages": []}), "mesages"),
        (json!({"messages": [{"role": "user"}]}), "content"),
        (
            json!({"messages": [{"role": "tool", "content": []}]}),
            "role",
        ),
        (
            json!({"messages": [{"role": "user", "content": [{"text": "a", "image": {}}]}]}),
            "one member",
        ),
        (json!({"system": [{"text": ""}]}), "shorter"),
        (json!({"inferenceConfig": {"temperature": 2.0}}), "above"),
        (json!({"inferenceConfig": {"maxTokens": "5"}}), "number"),
        (json!({"toolConfig": {"tools": []}}), "fewer"),
        (
            json!({"toolConfig": {"tools": [{"toolSpec": {"name": "a b", "inputSchema": {"json": {}}}}]}}),
            "pattern",
        ),
    ] {
        let Some(faults) = shapes::faults("ConverseRequest", &body, &["modelId"]) else {
            return;
        };
        assert!(
            faults.iter().any(|fault| fault.contains(what)),
            "{body}: {faults:?}"
        );
    }
}

#[tokio::test]
async fn a_key_in_place_of_a_signature() {
    let server = Server::json(reply()).await;
    let client = builder(&server, CLAUDE).api_key("bedrock-key-1").build();
    let client = Arc::new(client.expect("a client"));
    client.complete(ask("x")).await.expect("a response");
    let seen = server.seen();
    assert_eq!(
        seen[0].header("authorization"),
        Some("Bearer bedrock-key-1")
    );
    assert_eq!(seen[0].header("x-amz-date"), None);
}
