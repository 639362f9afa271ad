//! Replies in pieces: good ones, cut ones, and errors among them.
use super::{bodies::check, call, stream};
use crate::support::{
    Server, Step, ask, http,
    streams::{same, whole},
};
use serde_json::{Value, json};
use sigflow_core::{Chunk, FinishReason, Message};

const EVENTS: (&str, &str) = ("content-type", "text/event-stream; charset=utf-8");

fn events(all: &[Value]) -> String {
    let write = |event: &Value| {
        format!(
            "event: {}\ndata: {event}\n\n",
            event["type"].as_str().unwrap_or_default()
        )
    };
    all.iter().map(write).collect()
}

/// A reply with all kinds of blocks, whole.
fn message() -> Value {
    json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
        "content": [
            {"type": "thinking", "thinking": "Two and two…", "signature": "c2lnbmF0dXJl"},
            {"type": "redacted_thinking", "data": "AAAA"},
            {"type": "text", "text": "It is é😀 "},
            {"type": "text", "text": "blue.", "citations": [{"type": "char_location", "cited_text": "blue",
                "document_index": 0, "document_title": "Sky", "start_char_index": 11, "end_char_index": 15}]},
            {"type": "tool_use", "id": "t1", "name": "f", "input": {"a":1,"b":"é"}},
            {"type": "tool_use", "id": "t2", "name": "g", "input": {}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null,
        "usage": {"input_tokens": 9, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 10, "output_tokens": 30},
    })
}

/// The same in pieces.
fn pieces() -> Vec<Value> {
    let delta = |index: u32, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let begins = |index: u32, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let ends = |index: u32| json!({"type": "content_block_stop", "index": index});
    let cited = message()["content"][3]["citations"][0].clone();
    vec![
        json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant",
            "model": "claude-sonnet-4-5-20250929", "content": [], "stop_reason": null, "stop_sequence": null,
            "usage": {"input_tokens": 9, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 10, "output_tokens": 1}}}),
        begins(
            0,
            json!({"type": "thinking", "thinking": "", "signature": ""}),
        ),
        json!({"type": "ping"}),
        delta(0, json!({"type": "thinking_delta", "thinking": "Two and"})),
        delta(0, json!({"type": "thinking_delta", "thinking": " two…"})),
        delta(
            0,
            json!({"type": "signature_delta", "signature": "c2lnbmF0dXJl"}),
        ),
        ends(0),
        begins(1, json!({"type": "redacted_thinking", "data": "AAAA"})),
        ends(1),
        begins(2, json!({"type": "text", "text": ""})),
        delta(2, json!({"type": "text_delta", "text": "It is é"})),
        delta(2, json!({"type": "text_delta", "text": "😀 "})),
        ends(2),
        begins(3, json!({"type": "text", "text": ""})),
        delta(3, json!({"type": "citations_delta", "citation": cited})),
        delta(3, json!({"type": "text_delta", "text": "blue."})),
        ends(3),
        begins(
            4,
            json!({"type": "tool_use", "id": "t1", "name": "f", "input": {}}),
        ),
        delta(4, json!({"type": "input_json_delta", "partial_json": ""})),
        delta(
            4,
            json!({"type": "input_json_delta", "partial_json": "{\"a\":1,"}),
        ),
        delta(
            4,
            json!({"type": "input_json_delta", "partial_json": "\"b\":\"é\"}"}),
        ),
        ends(4),
        begins(
            5,
            json!({"type": "tool_use", "id": "t2", "name": "g", "input": {}}),
        ),
        ends(5),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null},
            "usage": {"output_tokens": 30}}),
        json!({"type": "message_stop"}),
    ]
}

#[tokio::test]
async fn a_stream_says_what_the_whole_reply_says() {
    let server = Server::json(message()).await;
    let response = call(&server, "claude-sonnet-4-5", ask("x"))
        .await
        .expect("a response");
    let server = Server::start(vec![Step::Send(http(200, &[EVENTS], &events(&pieces())))]).await;
    let (chunks, error) = stream(&server).await;
    assert!(error.is_none(), "{error:?}");
    same(&whole(&chunks), &response.completions[0]);
    assert!(
        matches!(&chunks[0], Chunk::Head { model, request_id: Some(id) }
        if model == "claude-sonnet-4-5-20250929" && id == "msg_1")
    );
    let Some(Chunk::End(Some(usage))) = chunks.last() else {
        panic!("{chunks:?}")
    };
    assert_eq!(Some(*usage), response.usage);
    assert_eq!((usage.input_tokens, usage.output_tokens), (119, 30));
    assert_eq!(server.seen()[0].json()["stream"], true);
    check(&server.seen()[0]);
    // and it goes back as it came
    let turn = Message::of_completion(&whole(&chunks));
    let mut next = ask("go on");
    next.turns = vec![
        Message::user("x"),
        turn,
        Message::tool("t1", "f", "1"),
        Message::tool("t2", "g", "2"),
    ]
    .into();
    let server = Server::json(message()).await;
    call(&server, "claude-sonnet-4-5", next)
        .await
        .expect("a response");
    let body = server.seen()[0].json();
    assert_eq!(body["messages"][1]["content"][0], message()["content"][0]);
    assert_eq!(body["messages"][1]["content"][1], message()["content"][1]);
    check(&server.seen()[0]);
}

/// Wherever a stream breaks off, it is an error that keeps the text, unless the model had said why it stopped.
#[tokio::test]
async fn a_stream_that_breaks_off_is_no_success() {
    let all = pieces();
    let script = (1..=all.len()).map(|count| {
        let body = events(&all[..count]);
        let reply = http(200, &[EVENTS, ("connection", "close")], &body);
        Step::SendAndClose(reply)
    });
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
        let text = whole(&chunks).text;
        assert_eq!(error.raw_reply().unwrap_or_default(), text, "{count}");
    }
    let mut early = all.clone();
    early.remove(all.len() - 2);
    let server = Server::start(vec![Step::Send(http(200, &[EVENTS], &events(&early)))]).await;
    let (_, error) = stream(&server).await;
    assert!(
        error
            .expect("no reason")
            .to_string()
            .contains("the reason why the model stopped")
    );
}

#[tokio::test]
async fn errors_in_a_stream() {
    let error =
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    for before in [0, 1, 12] {
        let mut all = pieces();
        all.truncate(before);
        all.push(error.clone());
        let server = Server::start(vec![Step::Send(http(200, &[EVENTS], &events(&all)))]).await;
        let (_, error) = stream(&server).await;
        let error = error.expect("an error");
        assert!(error.is_server() && error.is_retryable(), "{error}");
        assert_eq!(error.provider_message(), Some("Overloaded"));
    }
    let wait = ("retry-after", "7");
    let body =
        json!({"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}})
            .to_string();
    let server = Server::start(vec![
        Step::Send(http(429, &[wait], &body)),
        Step::Send(http(529, &[], &body)),
    ])
    .await;
    let (_, error) = stream(&server).await;
    let error = error.expect("an error");
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
    let refusal = json!({"type": "message_delta", "delta": {"stop_reason": "refusal",
        "stop_details": {"type": "refusal", "category": "cyber", "explanation": "no"}}, "usage": {"output_tokens": 1}});
    let all = [
        pieces()[0].clone(),
        refusal,
        json!({"type": "message_stop"}),
    ];
    let server = Server::start(vec![Step::Send(http(200, &[EVENTS], &events(&all)))]).await;
    let (_, error) = stream(&server).await;
    let error = error.expect("a refusal");
    assert!(error.is_content_filter(), "{error}");
    assert_eq!(error.provider_message(), Some("cyber: no"));
}

/// A server that knows no streams answers whole.
#[tokio::test]
async fn a_whole_reply_where_a_stream_was_asked_for() {
    let server = Server::json(message()).await;
    let (chunks, error) = stream(&server).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(whole(&chunks).text, "It is é😀 blue.");
}

/// Numbers, kinds and members that no server should send cost neither a panic nor memory.
#[tokio::test]
async fn streams_of_nonsense() {
    let begins = |index: Value| json!({"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": "x"}});
    let head = pieces()[0].clone();
    let end = [
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
        json!({"type": "message_stop"}),
    ];
    let fails = [begins(json!(u64::MAX)), begins(json!(100_000))];
    for event in fails {
        let all = [vec![head.clone(), event], end.to_vec()].concat();
        let server = Server::start(vec![Step::Send(http(200, &[EVENTS], &events(&all)))]).await;
        let (_, error) = stream(&server).await;
        assert!(error.expect("nonsense").is_incomplete_stream());
    }
    let passes = [
        json!({"type": "content_block_delta", "index": 3, "delta": {"type": "text_delta", "text": 7}}),
        json!({"type": "content_block_delta", "index": 3, "delta": {"type": "signature_delta", "signature": "x"}}),
        json!({"type": "content_block_start", "index": -1}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "new_block", "x": [1]}}),
        json!({"type": "content_block_stop"}),
        json!({"type": "message_delta"}),
        json!({"type": "something_new", "x": {}}),
        json!({}),
    ];
    for event in passes {
        let all = [
            vec![head.clone(), begins(json!(0)), event.clone()],
            end.to_vec(),
        ]
        .concat();
        let server = Server::start(vec![Step::Send(http(200, &[EVENTS], &events(&all)))]).await;
        let (chunks, error) = stream(&server).await;
        assert!(error.is_none(), "{event}: {error:?}");
        assert_eq!(whole(&chunks).text, "x", "{event}");
        assert_eq!(whole(&chunks).finish_reason, Some(FinishReason::Stop));
    }
    let server = Server::start(vec![Step::Send(http(200, &[EVENTS], "data: nonsense\n\n"))]).await;
    let (_, error) = stream(&server).await;
    assert!(error.expect("nonsense").is_decode());
}
