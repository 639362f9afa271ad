//! Replies in pieces: good ones, cut ones, and failures among them.
use super::{answer, builder, check};
use crate::support::{Server, Step, ask, http, streams};
use serde_json::{Value, json};
use sigflow_core::{Chunk, Error, ErrorKind, FinishReason, ToolCall, Usage};
use std::sync::Arc;

/// What a stream of these bytes says, and how it ends.
async fn stream(bytes: Vec<u8>) -> (Vec<Chunk>, Option<Error>) {
    let server = Server::start(vec![Step::SendAndClose(bytes)]).await;
    let model = builder(&server, "gpt-5").build().expect("a client");
    let (chunks, error) = streams::all(Arc::new(model), ask("who?")).await;
    if error.is_some() {
        return (chunks, error);
    }
    let mut body = server.unchecked()[0].json();
    assert_eq!(body["stream"], true);
    body["stream"] = json!(null);
    check(&body);
    (chunks, None)
}

fn events(events: &[Value]) -> Vec<u8> {
    let mut text = String::new();
    for event in events {
        text.push_str("event: ");
        text.push_str(event["type"].as_str().unwrap_or_default());
        text.push_str("\ndata: ");
        text.push_str(&event.to_string());
        text.push_str("\n\n");
    }
    http(200, &[("content-type", "text/event-stream")], &text)
}

/// As `OpenAI` sends it, without what nobody reads.
fn good() -> Vec<Value> {
    let thought =
        json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "e30=", "summary": []});
    vec![
        json!({"type": "response.created", "sequence_number": 0, "response": {"id": "resp_1", "model": "gpt-5-2026", "status": "in_progress"}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "id": "rs_1", "summary": []}}),
        json!({"type": "response.reasoning_summary_part.added", "item_id": "rs_1", "summary_index": 0}),
        json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs_1", "delta": "One."}),
        json!({"type": "response.reasoning_summary_part.added", "item_id": "rs_1", "summary_index": 1}),
        json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs_1", "delta": "Two."}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": thought}),
        json!({"type": "response.output_item.added", "output_index": 1, "item": {"type": "message", "id": "msg_1", "content": []}}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Par", "logprobs": [{"token": "Par", "logprob": -0.5}]}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "is é😀", "obfuscation": "xyz"}),
        json!({"type": "response.output_text.done", "item_id": "msg_1", "text": "Paris é😀"}),
        json!({"type": "response.new_event", "x": 1}),
        json!({"type": "response.output_item.added", "output_index": 2, "item": {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "find", "arguments": ""}}),
        json!({"type": "response.output_item.added", "output_index": 3, "item": {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "look", "arguments": ""}}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_2", "output_index": 3, "delta": "{\"b\":"}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 2, "delta": "{}"}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_2", "output_index": 3, "delta": "2}"}),
        json!({"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 2, "arguments": "{}"}),
        json!({"type": "response.output_item.done", "output_index": 3, "item": {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "look", "arguments": "{\"b\":2}"}}),
        json!({"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "model": "gpt-5-2026", "output": [],
            "usage": {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}}}),
    ]
}

#[track_caller]
fn is_good(chunks: &[Chunk], error: Option<Error>) {
    assert!(error.is_none(), "{error:?}");
    let reply = streams::whole(chunks);
    assert_eq!(reply.text, "Paris é😀");
    assert_eq!(reply.reasoning.as_deref(), Some("One.\n\nTwo."));
    assert_eq!(
        reply.tool_calls,
        [
            ToolCall::new("call_1", "find", "{}"),
            ToolCall::new("call_2", "look", "{\"b\":2}")
        ]
    );
    assert!(
        matches!(&chunks[0], Chunk::Head { model, request_id: Some(id) } if model == "gpt-5-2026" && id == "resp_1")
    );
    assert!(chunks.iter().any(
        |chunk| matches!(chunk, Chunk::Replay(block) if block.block["encrypted_content"] == "e30=")
    ));
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Logprobs(tokens) if tokens.len() == 1))
    );
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Finish(FinishReason::ToolCalls)))
    );
    assert!(matches!(chunks.last(), Some(Chunk::End(Some(usage))) if *usage == Usage::new(9, 3)));
}

#[tokio::test]
async fn a_good_stream() {
    let (chunks, error) = stream(events(&good())).await;
    is_good(&chunks, error);
}

/// llama.cpp, aimock and `LiteLLM`: no numbers, no places, no pieces of arguments.
#[tokio::test]
async fn a_stream_without_numbers_and_places() {
    let mut bare = good();
    for event in &mut bare {
        let event = event.as_object_mut().expect("an object");
        event.remove("sequence_number");
        event.remove("output_index");
    }
    let (chunks, error) = stream(events(&bare)).await;
    is_good(&chunks, error);

    let whole = [
        json!({"type": "response.output_item.done", "item": {"type": "function_call", "call_id": "c", "name": "find", "arguments": "{\"q\":1}"}}),
        json!({"type": "response.output_text.done", "text": "Paris"}),
        json!({"type": "response.completed", "response": {"model": "m", "output": []}}),
    ];
    let (chunks, error) = stream(events(&whole)).await;
    assert!(error.is_none(), "{error:?}");
    let reply = streams::whole(&chunks);
    assert_eq!(
        (reply.text.as_str(), reply.tool_calls),
        ("Paris", vec![ToolCall::new("c", "find", "{\"q\":1}")])
    );

    // all at once
    let (chunks, error) = stream(events(&[
        json!({"type": "response.completed", "response": answer("Paris")}),
    ]))
    .await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(streams::text(&chunks), "Paris");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_never_whole() {
    let all = good();
    for count in 0..all.len() {
        let (chunks, error) = stream(events(&all[..count])).await;
        let error = error.unwrap_or_else(|| panic!("{count} events are not the reply: {chunks:?}"));
        assert_eq!(
            error.kind(),
            ErrorKind::IncompleteStream,
            "{count}: {error}"
        );
    }
    // in the middle of an event, and of a character
    let bytes = events(&all);
    let head = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head")
        + 4;
    for at in (head..bytes.len() - 3).step_by(97) {
        let mut cut = http(
            200,
            &[
                ("content-type", "text/event-stream"),
                ("connection", "close"),
            ],
            "",
        );
        let text = String::from_utf8(cut)
            .expect("a head")
            .replace("content-length: 0\r\n", "");
        cut = text.into_bytes();
        cut.extend(&bytes[head..at]);
        let (_, error) = stream(cut).await;
        let error = error.expect("it was cut");
        assert!(error.kind() == ErrorKind::IncompleteStream, "{at}: {error}");
    }
}

#[tokio::test]
async fn failures_in_a_stream() {
    for (last, kind, words) in [
        (
            json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": "rate_limit_exceeded", "message": "slow down"}}}),
            ErrorKind::RateLimited,
            "slow down",
        ),
        (
            json!({"type": "error", "code": "insufficient_quota", "message": "spent", "param": null, "sequence_number": 3}),
            ErrorKind::QuotaSpent,
            "spent",
        ),
        (
            json!({"type": "error", "error": {"type": "invalid_request_error", "code": "context_length_exceeded", "message": "too long"}}),
            ErrorKind::ContextLength,
            "too long",
        ),
        (
            json!({"type": "response.failed", "response": {"status": "failed", "error": null}}),
            ErrorKind::Server,
            "",
        ),
    ] {
        let mut all = good();
        all.truncate(9);
        all.push(last);
        let (chunks, error) = stream(events(&all)).await;
        let error = error.expect("a failure");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(streams::text(&chunks), "Par");
        assert_eq!(error.raw_reply(), Some("Par"), "the error keeps what came");
    }
    let refused = [
        json!({"type": "response.refusal.delta", "delta": "I will "}),
        json!({"type": "response.refusal.delta", "delta": "not."}),
        json!({"type": "response.completed", "response": {"status": "completed", "output": []}}),
    ];
    let (_, error) = stream(events(&refused)).await;
    let error = error.expect("a refusal");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.to_string().contains("I will not."), "{error}");
    let cut = [
        json!({"type": "response.output_text.delta", "delta": "Par"}),
        json!({"type": "response.incomplete", "response": {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}}),
    ];
    let (chunks, error) = stream(events(&cut)).await;
    assert!(error.is_none(), "{error:?}");
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Finish(FinishReason::Length)))
    );
}
