//! Bedrock's Converse over a real socket: bodies against the service's own model, signatures, frames.
#![cfg(all(feature = "bedrock", feature = "openai"))]
mod shapes;
mod support;

use serde_json::{Value, json};
use sigflow_core::{
    Chunk, Completion, Effort, Error, FinishReason, LanguageModel as _, Message, OutputSchema,
    Part, PromptCache, ReplayBlock, Request, Response, ResponseFormat, Result, ToolCall,
    ToolChoice, ToolSpec,
    types::{Audio, Document, File, Image},
};
use sigflow_providers::{Bedrock, BedrockBuilder};
use std::sync::Arc;
use support::{
    Recorded, Server, Step, ask, http,
    streams::{self, same, whole},
};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn builder(server: &Server, model: &str) -> BedrockBuilder {
    let base = server.base.trim_end_matches("/v1");
    let builder = Bedrock::builder(model).region("us-east-1").base_url(base);
    builder
        .credentials("AKIDEXAMPLE", SECRET)
        .session_token("a-session-token")
}

async fn call(server: &Server, model: &str, request: Request) -> Result<Response> {
    let client = builder(server, model).build().expect("a client");
    Arc::new(client).complete(request).await
}

async fn stream(server: &Server) -> (Vec<Chunk>, Option<Error>) {
    let client = builder(server, CLAUDE).build().expect("a client");
    streams::all(Arc::new(client), ask("who?")).await
}

#[track_caller]
fn check(request: &Recorded) {
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

/// A reply with all kinds of blocks, whole.
fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Two and two…", "signature": "c2lnbmF0dXJl"}}},
            {"reasoningContent": {"redactedContent": "AAAA"}},
            {"text": "It is é😀 "},
            {"citationsContent": {"content": [{"text": "blue."}], "citations": [cited()]}},
            {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a":1,"b":"é"}}},
            {"toolUse": {"toolUseId": "t2", "name": "g", "input": {}}},
        ]}},
        "stopReason": "tool_use", "metrics": {"latencyMs": 12},
        "usage": {"inputTokens": 9, "outputTokens": 30, "totalTokens": 149,
            "cacheReadInputTokens": 100, "cacheWriteInputTokens": 10},
    })
}
fn cited() -> Value {
    json!({"title": "Sky", "sourceContent": [{"text": "blue"}],
        "location": {"documentChar": {"documentIndex": 0, "start": 11, "end": 15}}})
}

/// The same in pieces.
fn pieces() -> Vec<(&'static str, Value)> {
    let delta = |index: u32, delta: Value| {
        (
            "contentBlockDelta",
            json!({"contentBlockIndex": index, "delta": delta, "p": "abcd"}),
        )
    };
    let begins = |index: u32, start: Value| {
        (
            "contentBlockStart",
            json!({"contentBlockIndex": index, "start": start}),
        )
    };
    let ends = |index: u32| ("contentBlockStop", json!({"contentBlockIndex": index}));
    vec![
        ("messageStart", json!({"role": "assistant", "p": "ab"})),
        delta(0, json!({"reasoningContent": {"text": "Two and"}})),
        delta(0, json!({"reasoningContent": {"text": " two…"}})),
        delta(
            0,
            json!({"reasoningContent": {"signature": "c2lnbmF0dXJl"}}),
        ),
        ends(0),
        delta(1, json!({"reasoningContent": {"redactedContent": "AAAA"}})),
        ends(1),
        delta(2, json!({"text": "It is é"})),
        delta(2, json!({"text": "😀 "})),
        ends(2),
        delta(3, json!({"text": "blue."})),
        delta(3, json!({"citation": cited()})),
        ends(3),
        begins(4, json!({"toolUse": {"toolUseId": "t1", "name": "f"}})),
        delta(4, json!({"toolUse": {"input": ""}})),
        delta(4, json!({"toolUse": {"input": "{\"a\":1,"}})),
        delta(4, json!({"toolUse": {"input": "\"b\":\"é\"}"}})),
        ends(4),
        begins(5, json!({"toolUse": {"toolUseId": "t2", "name": "g"}})),
        ends(5),
        ("messageStop", json!({"stopReason": "tool_use"})),
        (
            "metadata",
            json!({"usage": reply()["usage"], "metrics": {"latencyMs": 12}}),
        ),
    ]
}

/// CRC-32 bit by bit: another way than the one that is tested.
fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    (!crc).to_be_bytes()
}

fn frame(headers: &[(&str, &str)], payload: &Value) -> Vec<u8> {
    let (mut all, payload) = (Vec::new(), payload.to_string());
    for (name, value) in headers {
        all.push(u8::try_from(name.len()).expect("short"));
        all.extend(name.as_bytes());
        all.push(7);
        all.extend(u16::try_from(value.len()).expect("short").to_be_bytes());
        all.extend(value.as_bytes());
    }
    let long = |length: usize| u32::try_from(length).expect("short").to_be_bytes();
    let mut frame = Vec::new();
    frame.extend(long(16 + all.len() + payload.len()));
    frame.extend(long(all.len()));
    frame.extend(crc(&frame));
    frame.extend(all);
    frame.extend(payload.as_bytes());
    frame.extend(crc(&frame));
    frame
}
fn event((name, payload): &(&str, Value)) -> Vec<u8> {
    let headers = [
        (":event-type", *name),
        (":content-type", "application/json"),
        (":message-type", "event"),
    ];
    frame(&headers, payload)
}
fn exception(name: &str, payload: &Value) -> Vec<u8> {
    frame(
        &[(":exception-type", name), (":message-type", "exception")],
        payload,
    )
}
fn frames(all: &[Vec<u8>]) -> Vec<u8> {
    let body = all.concat();
    let mut reply = http(
        200,
        &[
            ("content-type", "application/vnd.amazon.eventstream"),
            ("connection", "close"),
        ],
        "",
    );
    let head = String::from_utf8(std::mem::take(&mut reply)).expect("a head");
    let mut reply = head
        .replace(
            "content-length: 0",
            &format!("content-length: {}", body.len()),
        )
        .into_bytes();
    reply.extend(body);
    reply
}

#[tokio::test]
async fn a_stream_says_what_the_whole_reply_says() {
    let server = Server::json(reply()).await;
    let response = call(&server, CLAUDE, ask("x")).await.expect("a response");
    let all: Vec<Vec<u8>> = pieces().iter().map(event).collect();
    let server = Server::start(vec![Step::Send(frames(&all))]).await;
    let (chunks, error) = stream(&server).await;
    assert!(error.is_none(), "{error:?}");
    let one = whole(&chunks);
    same(&one, &response.completions[0]);
    assert!(matches!(&chunks[0], Chunk::Head { model, .. } if model == CLAUDE));
    let Some(Chunk::End(Some(usage))) = chunks.last() else {
        panic!("{chunks:?}")
    };
    assert_eq!(Some(*usage), response.usage);
    assert_eq!((usage.input_tokens, usage.output_tokens), (119, 30));
    let seen = &server.seen()[0];
    assert!(
        seen.head.contains("/converse-stream HTTP/1.1"),
        "{}",
        seen.head
    );
    assert_eq!(
        seen.header("accept"),
        Some("application/vnd.amazon.eventstream")
    );
    check(seen);
    // and it goes back as it came
    let mut next = ask("go on");
    let turn = Message::of_completion(&one);
    next.turns = vec![
        Message::user("x"),
        turn,
        Message::tool("t1", "f", "1"),
        Message::tool("t2", "g", "2"),
    ]
    .into();
    let server = Server::json(reply()).await;
    call(&server, CLAUDE, next).await.expect("a response");
    let body = server.seen()[0].json();
    for place in [0, 1] {
        let sent = &body["messages"][1]["content"][place];
        assert_eq!(sent, &reply()["output"]["message"]["content"][place]);
    }
    check(&server.seen()[0]);
}

/// Wherever a stream breaks off, it is an error that keeps the text, unless the model had said why it stopped.
#[tokio::test]
async fn a_stream_that_breaks_off_is_no_success() {
    let all: Vec<Vec<u8>> = pieces().iter().map(event).collect();
    let script = (1..=all.len()).map(|count| Step::SendAndClose(frames(&all[..count])));
    let server = Server::start(script.collect()).await;
    for count in 1..=all.len() {
        let (chunks, error) = stream(&server).await;
        if count >= all.len() - 1 {
            assert!(error.is_none(), "{count}: {error:?}");
            assert_eq!(whole(&chunks).text, "It is é😀 blue.");
            continue;
        }
        let error = error.expect("something is missing");
        assert!(error.is_incomplete_stream(), "{count}: {error}");
        assert_eq!(
            error.raw_reply().unwrap_or_default(),
            whole(&chunks).text,
            "{count}"
        );
    }
    // a frame that was cut or changed on its way
    let mut cut = all[..9].to_vec();
    cut[8].pop();
    let mut changed = all.clone();
    changed[8][40] ^= 1;
    let server = Server::start(vec![
        Step::SendAndClose(frames(&cut)),
        Step::SendAndClose(frames(&changed)),
    ])
    .await;
    let (_, error) = stream(&server).await;
    assert!(error.expect("cut").is_incomplete_stream());
    let (_, error) = stream(&server).await;
    let error = error.expect("changed");
    assert!(
        error.is_incomplete_stream() && error.to_string().contains("checksum"),
        "{error}"
    );
    assert_eq!(error.raw_reply(), Some("It is é"));
}

#[tokio::test]
async fn failures_in_a_stream() {
    use sigflow_core::ErrorKind as Kind;
    for (name, kind) in [
        ("throttlingException", Kind::RateLimited),
        ("validationException", Kind::BadRequest),
        ("internalServerException", Kind::Server),
        ("serviceUnavailableException", Kind::Server),
        ("modelStreamErrorException", Kind::Server),
    ] {
        for before in [0, 1, 9] {
            let mut all: Vec<Vec<u8>> = pieces()[..before].iter().map(event).collect();
            all.push(exception(name, &json!({"message": "oh no"})));
            let server = Server::start(vec![Step::Send(frames(&all))]).await;
            let (_, error) = stream(&server).await;
            let error = error.expect("a failure");
            assert_eq!(error.kind(), kind, "{name} {before}");
            assert_eq!(error.provider_message(), Some("oh no"));
        }
    }
    let unmodeled = frame(
        &[
            (":message-type", "error"),
            (":error-code", "ThrottlingException"),
            (":error-message", "slow down"),
        ],
        &json!({}),
    );
    let throttled = http(
        429,
        &[
            ("x-amzn-errortype", "ThrottlingException"),
            ("retry-after", "3"),
        ],
        "{\"message\":\"wait\"}",
    );
    let server = Server::start(vec![
        Step::SendAndClose(frames(&[unmodeled])),
        Step::Send(throttled),
    ])
    .await;
    let (_, error) = stream(&server).await;
    let error = error.expect("a failure");
    assert!(
        error.is_rate_limited() && error.provider_message() == Some("slow down"),
        "{error:?}"
    );
    let (_, error) = stream(&server).await;
    let error = error.expect("a failure");
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(3)));
}

/// Numbers, kinds and members that no server should send cost neither a panic nor memory.
#[tokio::test]
async fn streams_of_nonsense() {
    let end = [
        ("messageStop", json!({"stopReason": "end_turn"})),
        ("metadata", json!({})),
    ];
    let text = ("contentBlockDelta", json!({"delta": {"text": "x"}}));
    for odd in [
        (
            "contentBlockDelta",
            json!({"contentBlockIndex": 3, "delta": {"text": 7}}),
        ),
        (
            "contentBlockDelta",
            json!({"contentBlockIndex": 3, "delta": {"toolUse": {"input": "{}"}}}),
        ),
        (
            "contentBlockStart",
            json!({"contentBlockIndex": -1, "start": {"image": {"format": "png"}}}),
        ),
        ("contentBlockStop", json!({})),
        ("metadata", json!({"usage": 3})),
        ("somethingNew", json!({"x": [1]})),
    ] {
        let all = [
            &[("messageStart", json!({})), text.clone(), odd.clone()][..],
            &end[..],
        ]
        .concat();
        let all: Vec<Vec<u8>> = all.iter().map(event).collect();
        let server = Server::start(vec![Step::Send(frames(&all))]).await;
        let (chunks, error) = stream(&server).await;
        assert!(error.is_none(), "{odd:?}: {error:?}");
        assert_eq!(whole(&chunks).text, "x", "{odd:?}");
        assert_eq!(whole(&chunks).finish_reason, Some(FinishReason::Stop));
    }
    let far = (
        "contentBlockDelta",
        json!({"contentBlockIndex": u64::MAX, "delta": {"text": "x"}}),
    );
    let server = Server::start(vec![Step::Send(frames(&[event(&far)]))]).await;
    let (_, error) = stream(&server).await;
    assert!(error.expect("nonsense").is_decode());
    let html = http(
        200,
        &[("content-type", "text/html")],
        "<html>hello, this is a page of a proxy</html>",
    );
    let server = Server::start(vec![Step::SendAndClose(html)]).await;
    let (_, error) = stream(&server).await;
    assert!(error.expect("no frames").is_decode());
}
