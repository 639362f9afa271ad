//! Replies of status 2xx, good and bad.
use super::{fails, fails_with};
use crate::support::{Server, Step, ask, call, http, reply};
use serde_json::json;
use sigflow_core::{Capabilities, FinishReason, LanguageModel};
use std::sync::Arc;

#[tokio::test]
async fn a_good_reply() {
    let body = json!({
        "id": "chatcmpl-1", "model": "gpt-5-mini-2026-01-01",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "42"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    })
    .to_string();
    let server = Server::start(vec![Step::Send(http(
        200,
        &[("x-request-id", "req-7")],
        &body,
    ))])
    .await;
    let client = server.client();
    assert_eq!(
        (client.name(), client.capabilities()),
        ("gpt-5-mini", Capabilities::ALL)
    );
    let response = call(client, ask("who?")).await.expect("a response");
    assert_eq!(response.completions[0].text, "42");
    assert_eq!(
        response.completions[0].finish_reason,
        Some(FinishReason::Stop)
    );
    assert_eq!(response.model, "gpt-5-mini-2026-01-01");
    assert_eq!(response.request_id.as_deref(), Some("req-7"));
    assert_eq!(response.usage.map(|usage| usage.total_tokens()), Some(12));
    assert_eq!(response.raw.as_deref(), Some(body.as_str()));
}

#[tokio::test]
async fn several_completions_and_tool_calls() {
    let body = json!({"choices": [
        {"index": 1, "message": {"content": "b"}},
        {"index": 0, "message": {"content": null, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
            "finish_reason": "tool_calls"},
    ]});
    let response = Server::json(body)
        .await
        .call(ask("who?"))
        .await
        .expect("a response");
    let [first, second] = &response.completions[..] else {
        panic!("two")
    };
    assert_eq!(
        (
            first.tool_calls[0].name.as_str(),
            first.tool_calls[0].arguments.as_str()
        ),
        ("f", "{\"x\":1}")
    );
    assert_eq!(first.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!((second.text.as_str(), response.usage), ("b", None));
}

/// What a server does that knows no streams.
#[tokio::test]
async fn a_stream_may_be_the_whole_reply() {
    let server = Server::json(reply("all of it")).await;
    let mut stream = Arc::new(server.client()).stream(ask("who?"));
    let mut whole = String::new();
    while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if let sigflow_core::Chunk::Text(text) = chunk.expect("a piece of the reply") {
            whole += &text;
        }
    }
    assert_eq!(whole, "all of it");
}

#[tokio::test]
async fn an_error_inside_of_success() {
    let error = fails_with(
        200,
        &[],
        r#"{"error":{"message":"upstream","type":"server_error","code":500}}"#,
    )
    .await;
    assert!(error.is_server());
    assert_eq!(error.provider_message(), Some("upstream"));
}

#[tokio::test]
async fn a_refusal() {
    let body = json!({"choices": [{"message": {"content": null, "refusal": "I cannot help."}}]})
        .to_string();
    let error = fails_with(200, &[], &body).await;
    assert!(error.is_content_filter() && !error.is_retryable());
    assert_eq!(error.provider_message(), Some("I cannot help."));
}

#[tokio::test]
async fn bodies_that_are_no_reply() {
    for body in ["", "OK", "{\"choices\": [", "[]", "{}", r#"{"choices":[]}"#] {
        let error = fails_with(200, &[], body).await;
        assert!(error.is_decode(), "{error:?}");
    }
}

#[tokio::test]
async fn wrong_bytes_do_not_lose_a_reply() {
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"a"
            .to_vec();
    bytes.extend_from_slice(b"\xff\xfeb\"}}]}");
    let server = Server::start(vec![Step::SendAndClose(bytes)]).await;
    let response = server.call(ask("who?")).await.expect("a response");
    assert_eq!(response.completions[0].text, "a\u{fffd}\u{fffd}b");
}

#[tokio::test]
async fn large_replies_have_a_bound() {
    let text = "a".repeat(3_000_000);
    let response = Server::json(reply(&text))
        .await
        .call(ask("who?"))
        .await
        .expect("a response");
    assert_eq!(response.completions[0].text.len(), text.len());
    let endless = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}",
        " ".repeat(65 * 1024 * 1024)
    );
    let error = fails(vec![Step::SendAndClose(endless.into_bytes())]).await;
    assert!(
        error.is_decode() && error.to_string().contains("64 MiB"),
        "{error}"
    );
}
