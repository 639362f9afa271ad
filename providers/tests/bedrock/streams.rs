//! Replies in frames: good ones, cut ones, and failures among them.
use super::{CLAUDE, bodies::check, call, cited, reply, stream};
use crate::support::{
    Server, Step, ask, http,
    streams::{same, whole},
};
use serde_json::{Value, json};
use sigflow_core::{Chunk, FinishReason, Message};

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
