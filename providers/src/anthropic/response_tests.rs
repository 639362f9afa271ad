//! Whole replies, well formed and not.
#![allow(clippy::needless_pass_by_value)] // `json!` makes values, and a `&` before each says nothing.
use super::*;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::json;
use sigflow_core::Error;

fn peer() -> Peer {
    let mut redactor = crate::secret::Redactor::default();
    redactor.add("sk-secret");
    Peer {
        host: "h".to_owned(),
        url: "http://h/v1/messages".to_owned(),
        model: "m".to_owned(),
        with_key: true,
        key_hint: "",
        redactor,
    }
}
fn reply(status: u16, body: impl ToString) -> Reply {
    let mut headers = HeaderMap::new();
    headers.insert("request-id", HeaderValue::from_static("req_1"));
    Reply {
        status,
        headers,
        body: body.to_string(),
    }
}
fn read(body: impl ToString) -> Result<Response> {
    decode(reply(200, body), &peer())
}
fn content(blocks: Value) -> Completion {
    let body = json!({"content": blocks, "stop_reason": "end_turn"});
    read(body).expect("a response").completions.remove(0)
}

#[test]
fn a_whole_reply() {
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
        "content": [{"type": "text", "text": "hello", "citations": null}],
        "stop_reason": "end_turn", "stop_sequence": null, "new_member": {"deep": [1]},
        "usage": {"input_tokens": 10, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 200,
            "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}, "service_tier": "standard"},
    })
    .to_string();
    let response = read(&body).expect("a response");
    let completion = &response.completions[0];
    assert_eq!(completion.text, "hello");
    assert_eq!(completion.finish_reason, Some(FinishReason::Stop));
    assert_eq!(response.model, "claude-sonnet-4-5-20250929");
    assert_eq!(response.request_id.as_deref(), Some("req_1"));
    assert_eq!(response.raw.as_deref(), Some(body.as_str()));
    let usage = response.usage.expect("usage");
    assert_eq!((usage.input_tokens, usage.output_tokens), (213, 5));
    assert_eq!(
        (usage.cached_input_tokens, usage.cache_write_tokens),
        (200, 3)
    );
}

#[test]
fn the_least_reply() {
    let response = read(r#"{"content":[{"type":"text","text":"x"}]}"#).expect("a response");
    assert_eq!(response.model, "m", "ours, when the server names none");
    assert!(response.usage.is_none());
    let empty = read(r#"{"content":[],"stop_reason":"end_turn"}"#).expect("a response");
    assert_eq!(empty.completions[0].text, "");
}

#[test]
fn thoughts_are_kept_as_text_and_to_go_back() {
    let thought = json!({"type": "thinking", "thinking": "hm, ", "signature": "c2ln"});
    let hidden = json!({"type": "redacted_thinking", "data": "AAAA"});
    let unsigned = json!({"type": "thinking", "thinking": "so 4", "signature": ""});
    let search = json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "x"}});
    let completion =
        content(json!([thought, hidden, unsigned, search, {"type": "text", "text": "4"}]));
    assert_eq!(completion.reasoning.as_deref(), Some("hm, so 4"));
    let kept: Vec<&Value> = completion.replay.iter().map(|block| &block.block).collect();
    assert_eq!(kept, [&thought, &hidden, &search]);
    assert_eq!(completion.text, "4");
}

#[test]
fn tool_calls_of_every_form() {
    let calls = content(json!([
        {"type": "text", "text": "I look. "},
        {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
        {"type": "tool_use", "name": "g", "input": "{\"b\": 2}"},
        {"type": "tool_use", "id": "t3", "name": "h"},
        {"type": "tool_use", "id": "t4", "input": {}},
        7,
    ]));
    assert_eq!(
        calls.tool_calls,
        [
            ToolCall::new("t1", "f", r#"{"a":1}"#),
            ToolCall::new("call_1", "g", r#"{"b": 2}"#),
            ToolCall::new("t3", "h", "{}"),
        ]
    );
}

#[test]
fn citations_of_all_blocks() {
    let cited = json!({"type": "char_location", "cited_text": "blue", "document_index": 0,
        "document_title": "Sky", "start_char_index": 11, "end_char_index": 15, "file_id": null});
    let completion = content(json!([
        {"type": "text", "text": "It is "},
        {"type": "text", "text": "blue", "citations": [cited, {"type": "web_search_result_location"}]},
        {"type": "text", "text": "."},
    ]));
    assert_eq!(completion.text, "It is blue.");
    assert_eq!(completion.citations.len(), 1);
    assert_eq!(
        completion.citations[0].document_title.as_deref(),
        Some("Sky")
    );
}

#[test]
fn refusals_are_errors_of_the_filter() {
    let refusal = json!({"content": [], "stop_reason": "refusal",
        "stop_details": {"type": "refusal", "category": "bio", "explanation": "not this, sk-secret"}});
    let error = read(refusal).expect_err("a refusal");
    assert!(error.is_content_filter());
    assert_eq!(error.provider_message(), Some("bio: not this, [redacted]"));
    let partial = json!({"content": [{"type": "text", "text": "First"}], "stop_reason": "refusal"});
    let partial = read(partial).expect("what there was");
    assert_eq!(
        partial.completions[0].finish_reason,
        Some(FinishReason::ContentFilter)
    );
}

#[test]
fn what_is_no_reply_is_a_decode_error_with_the_body() {
    for body in [
        "",
        "nonsense",
        "[]",
        "{}",
        r#"{"content":"x"}"#,
        "{\"content\":[{\"ty",
    ] {
        let error = read(body).expect_err(body);
        assert!(error.is_decode() && !error.is_retryable(), "{error}");
        assert_eq!(error.raw_reply(), Some(body));
    }
}

/// Bodies as Anthropic documents its errors, and what they mean.
#[test]
fn errors_of_the_api() {
    use sigflow_core::ErrorKind as Kind;
    let of = |status: u16, body: String| crate::http::status::error(reply(status, body), &peer());
    let said = |kind: &str, message: &str| {
        json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_2"})
            .to_string()
    };
    for (status, word, message, kind) in [
        (
            400,
            "invalid_request_error",
            "messages: at least one message is required",
            Kind::BadRequest,
        ),
        (
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            Kind::ContextLength,
        ),
        (
            400,
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000",
            Kind::ContextLength,
        ),
        (
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing",
            Kind::QuotaSpent,
        ),
        (
            400,
            "invalid_request_error",
            "You have reached your specified API usage limits. You will regain access on 2026-12-01",
            Kind::QuotaSpent,
        ),
        (
            400,
            "invalid_request_error",
            "Output blocked by content filtering policy",
            Kind::ContentFilter,
        ),
        (
            401,
            "authentication_error",
            "invalid x-api-key",
            Kind::Authentication,
        ),
        (
            402,
            "billing_error",
            "There is an issue with your billing",
            Kind::QuotaSpent,
        ),
        (
            403,
            "permission_error",
            "Your API key does not have permission",
            Kind::Authentication,
        ),
        (404, "not_found_error", "model: claude-9", Kind::BadRequest),
        (409, "conflict_error", "try again", Kind::Server),
        (
            413,
            "request_too_large",
            "Request exceeds the maximum size",
            Kind::BadRequest,
        ),
        (
            429,
            "rate_limit_error",
            "This request would exceed your organization's rate limit",
            Kind::RateLimited,
        ),
        (500, "api_error", "Internal server error", Kind::Server),
        (504, "timeout_error", "Request timed out", Kind::Server),
        (529, "overloaded_error", "Overloaded", Kind::Server),
    ] {
        let error = of(status, said(word, message));
        assert_eq!(error.kind(), kind, "{status} {word} {message}");
        assert_eq!(error.status(), Some(status));
        assert!(
            error
                .provider_message()
                .is_some_and(|said| message.contains(said))
        );
        let waits = matches!(kind, Kind::RateLimited | Kind::Server);
        assert_eq!(error.is_retryable(), waits, "{error}");
    }
    // inside of a reply of status 200, as streams have them
    for (word, kind) in [
        ("overloaded_error", Kind::Server),
        ("rate_limit_error", Kind::RateLimited),
        ("invalid_request_error", Kind::BadRequest),
        ("billing_error", Kind::QuotaSpent),
        ("api_error", Kind::Server),
    ] {
        let error: Error = read(said(word, "m")).expect_err("an error");
        assert_eq!(error.kind(), kind, "{word}");
    }
    let spent = json!({"type": "error", "error": {"type": "rate_limit_error", "message": "m",
        "details": {"error_code": "enforced_spend_limit_reached"}}});
    assert_eq!(of(429, spent.to_string()).kind(), Kind::QuotaSpent);
}
