//! Replies of many servers, well formed and not.
#![allow(clippy::needless_pass_by_value)] // `json!` makes values, and a `&` before each says nothing.
use super::*;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::json;
use sigflow_core::ToolCall;

/// The most tokens that are believed.
const MOST: u64 = 9_000_000_000_000_000;

fn peer() -> Peer {
    let mut redactor = crate::secret::Redactor::default();
    redactor.add("sk-secret");
    Peer {
        host: "h".to_owned(),
        url: "http://h/v1".to_owned(),
        model: "m".to_owned(),
        with_key: true,
        key_hint: "",
        redactor,
    }
}
fn read(body: impl ToString) -> Result<Response> {
    let body = body.to_string();
    let reply = || Reply {
        status: 200,
        headers: HeaderMap::new(),
        body: body.clone(),
    };
    let response = decode(reply(), &peer(), Profile::Other);
    // whether it was read in one pass or as a tree
    let tree = decode_tree(reply(), &peer(), Profile::Other);
    assert_eq!(format!("{response:?}"), format!("{tree:?}"), "{body}");
    response
}
fn message(message: Value) -> Result<Completion> {
    read(json!({"choices": [{"message": message}]}))
        .map(|mut response| response.completions.remove(0))
}
fn text(content: Value) -> String {
    message(json!({"content": content}))
        .expect("a completion")
        .text
}

#[test]
fn a_whole_reply() {
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-5-mini-2026",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello", "refusal": null},
            "logprobs": null, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
            "prompt_tokens_details": {"cached_tokens": 8}, "completion_tokens_details": {"reasoning_tokens": 3}},
        "service_tier": "default", "new_member": {"deep": [1, 2]},
    })
    .to_string();
    let response = read(&body).expect("a response");
    assert_eq!(response.completions.len(), 1);
    let completion = &response.completions[0];
    assert_eq!(
        (completion.text.as_str(), &completion.finish_reason),
        ("hello", &Some(FinishReason::Stop))
    );
    assert_eq!(response.model, "gpt-5-mini-2026");
    assert_eq!(response.request_id.as_deref(), Some("chatcmpl-1"));
    assert_eq!(response.raw.as_deref(), Some(body.as_str()));
    let usage = response.usage.expect("usage");
    let counts = [
        usage.input_tokens,
        usage.output_tokens,
        usage.cached_input_tokens,
        usage.reasoning_tokens,
    ];
    assert_eq!(counts, [10, 5, 8, 3]);
}

#[test]
fn the_least_reply() {
    let response = read(r#"{"choices":[{"message":{"content":"x"}}]}"#).expect("a response");
    assert_eq!(response.model, "m", "ours, when the server names none");
    assert!(response.usage.is_none() && response.request_id.is_none());
}

#[test]
fn the_header_names_the_request_before_the_body() {
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", HeaderValue::from_static("req-1"));
    let body = r#"{"id":"b","choices":[{"message":{"content":"x"}}]}"#.to_owned();
    let response = decode(
        Reply {
            status: 200,
            headers,
            body,
        },
        &peer(),
        Profile::Other,
    )
    .expect("a response");
    assert_eq!(response.request_id.as_deref(), Some("req-1"));
}

#[test]
fn contents_of_every_form() {
    assert_eq!(text(json!("x")), "x");
    assert_eq!(text(Value::Null), "");
    assert_eq!(
        text(
            json!([{"type": "text", "text": "a"}, "b", {"type": "image"}, {"text": {"value": "c"}}, 4])
        ),
        "abc"
    );
    assert_eq!(text(json!({"answer": 1})), r#"{"answer":1}"#);
    assert_eq!(text(json!(42)), "42");
    assert_eq!(message(json!({})).expect("a completion").text, "");
    let old = read(json!({"choices": [{"text": "old"}]})).expect("a response");
    assert_eq!(old.completions[0].text, "old");
    for odd in [
        json!([null]),
        json!([1]),
        json!([{}]),
        json!([{"message": 3}]),
    ] {
        assert_eq!(
            read(json!({"choices": odd}))
                .expect("a response")
                .completions[0]
                .text,
            ""
        );
    }
}

#[test]
fn reasoning_under_both_names_and_as_parts() {
    let of = |value: Value| message(value).expect("a completion").reasoning;
    assert_eq!(
        of(json!({"content": "x", "reasoning_content": "r"})).as_deref(),
        Some("r")
    );
    assert_eq!(
        of(json!({"content": "x", "reasoning": "r"})).as_deref(),
        Some("r")
    );
    assert_eq!(of(json!({"content": "x", "reasoning": null})), None);
    assert_eq!(
        of(json!({"content": "x", "reasoning": {"effort": "low"}})),
        None
    );
    let parts = json!({"content": [{"type": "thinking", "thinking": [{"text": "r"}]}, {"type": "text", "text": "x"}]});
    let completion = message(parts).expect("a completion");
    assert_eq!(
        (completion.text.as_str(), completion.reasoning.as_deref()),
        ("x", Some("r"))
    );
}

#[test]
fn tool_calls_of_every_form() {
    let of = |value: Value| message(value).expect("a completion").tool_calls;
    let whole = json!({"content": null, "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}},
        {"type": "function", "function": {"name": "g", "arguments": {"b": 2}}},
        {"id": "c3", "function": {"name": "h", "arguments": ""}},
        {"id": "c4", "function": {"name": "i"}},
        {"id": "c5", "type": "custom", "custom": {"name": "j", "input": "free"}},
        {"id": "c6", "function": {"arguments": "no name"}},
        7,
    ]});
    assert_eq!(
        of(whole),
        [
            ToolCall::new("c1", "f", "{\"a\": 1}"),
            ToolCall::new("call_1", "g", r#"{"b":2}"#),
            ToolCall::new("c3", "h", "{}"),
            ToolCall::new("c4", "i", "{}"),
            ToolCall::new("c5", "j", "free"),
        ]
    );
    let old = json!({"content": null, "function_call": {"name": "f", "arguments": "{}"}});
    assert_eq!(of(old), [ToolCall::new("call_0", "f", "{}")]);
    assert_eq!(of(json!({"content": "x", "tool_calls": null})), []);
}

#[test]
fn finish_reasons_of_any_word() {
    let of = |word: Value| {
        let body = json!({"choices": [{"message": {"content": "x"}, "finish_reason": word}]});
        read(body)
            .expect("a response")
            .completions
            .remove(0)
            .finish_reason
    };
    assert_eq!(of(json!("length")), Some(FinishReason::Length));
    assert_eq!(of(json!("model_length")), Some(FinishReason::Length));
    assert_eq!(of(json!("tool_calls")), Some(FinishReason::ToolCalls));
    assert_eq!(
        of(json!("content_filter")),
        Some(FinishReason::ContentFilter)
    );
    assert_eq!(
        of(json!("eos")),
        Some(FinishReason::Other("eos".to_owned()))
    );
    assert_eq!(of(json!(3)), Some(FinishReason::Other("3".to_owned())));
    assert_eq!(of(Value::Null), None);
    assert_eq!(of(json!("")), None);
}

#[test]
fn usage_in_every_form() {
    let of = |usage: Value| {
        let body = json!({"choices": [{"message": {"content": "x"}}], "usage": usage});
        let usage = read(body).expect("a response").usage;
        usage.map(|u| {
            [
                u.input_tokens,
                u.output_tokens,
                u.cached_input_tokens,
                u.reasoning_tokens,
            ]
        })
    };
    assert_eq!(
        of(json!({"prompt_tokens": 3.0, "completion_tokens": "4"})),
        Some([3, 4, 0, 0])
    );
    assert_eq!(
        of(json!({"input_tokens": 3, "output_tokens": 4})),
        Some([3, 4, 0, 0])
    );
    assert_eq!(
        of(json!({"prompt_tokens": 3, "completion_tokens": null})),
        Some([3, 0, 0, 0])
    );
    assert_eq!(
        of(json!({"prompt_tokens": -3, "completion_tokens": 1e300})),
        Some([0, MOST, 0, 0])
    );
    assert_eq!(
        of(json!({"prompt_tokens": u64::MAX, "completion_tokens": "NaN"})),
        Some([MOST, 0, 0, 0])
    );
    assert_eq!(
        of(json!({"prompt_tokens": 9, "completion_tokens": 1, "prompt_cache_hit_tokens": 5})),
        Some([9, 1, 5, 0])
    );
    let apart = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 22, "completion_tokens_details": {"reasoning_tokens": 7}});
    assert_eq!(of(apart), Some([10, 12, 0, 7]));
    assert_eq!(of(Value::Null), None);
    assert_eq!(of(json!({})), None);
    assert_eq!(of(json!("many")), None);
}

#[test]
fn completions_in_the_order_of_their_index() {
    let body = json!({"choices": [
        {"index": 1, "message": {"content": "b"}}, {"index": 0, "message": {"content": "a"}}]});
    let texts: Vec<String> = read(body)
        .expect("a response")
        .completions
        .into_iter()
        .map(|c| c.text)
        .collect();
    assert_eq!(texts, ["a", "b"]);
}

#[test]
fn refusals_are_errors_of_the_filter() {
    let error = message(json!({"content": null, "refusal": "I will not, sk-secret"}))
        .expect_err("a refusal");
    assert!(error.is_content_filter());
    assert_eq!(error.provider_message(), Some("I will not, [redacted]"));
    assert!(
        error
            .raw_reply()
            .is_some_and(|raw| raw.contains("I will not") && !raw.contains("sk-secret"))
    );
    let part =
        message(json!({"content": [{"type": "refusal", "refusal": "no"}]})).expect_err("a refusal");
    assert_eq!(part.provider_message(), Some("no"));
    let cut = read(
        json!({"choices": [{"message": {"content": null}, "finish_reason": "content_filter"}]}),
    );
    assert!(cut.expect_err("filtered").is_content_filter());
    // Of two, the usable one is kept, and the other one says what it is.
    let both = json!({"choices": [{"message": {"content": null, "refusal": "no"}}, {"message": {"content": "yes"}}]});
    let both = read(both).expect("a response").completions;
    assert_eq!(both[0].finish_reason, Some(FinishReason::ContentFilter));
    assert_eq!(both[1].text, "yes");
}

#[test]
fn errors_in_place_of_an_answer() {
    let error = read(r#"{"error":{"message":"busy","code":429}}"#).expect_err("an error");
    assert!(error.is_rate_limited());
    assert_eq!(error.provider_message(), Some("busy"));
    let inside = json!({"choices": [{"message": {"content": ""}, "finish_reason": "error",
        "error": {"code": 502, "message": "upstream broke"}}]});
    let mut partly = inside.clone();
    partly["choices"][0]["message"]["content"] = json!("the first half of");
    let beside = json!({"choices": [{"message": {"content": ""}}], "error": {"code": 502, "message": "upstream broke"}});
    for body in [&inside, &partly, &beside] {
        let error = read(body).expect_err("an error");
        assert!(error.is_server(), "{error}");
        assert_eq!(error.provider_message(), Some("upstream broke"));
    }
    // Of two, the good one is kept.
    let whole = json!({"message": {"content": "whole"}});
    partly["choices"]
        .as_array_mut()
        .expect("a list")
        .push(whole);
    assert_eq!(
        read(&partly).expect("a response").completions[1].text,
        "whole"
    );
}

#[test]
fn what_is_no_reply_is_a_decode_error_with_the_body() {
    for body in [
        "",
        "nonsense",
        "[]",
        "3",
        "{}",
        r#"{"choices":[]}"#,
        r#"{"choices":null}"#,
        r#"{"choices":{}}"#,
        "{\"choices\":[{\"mess",
    ] {
        let error = read(body).expect_err(body);
        assert!(error.is_decode() && !error.is_retryable(), "{error}");
        assert_eq!(error.raw_reply(), Some(body));
        assert_eq!(error.status(), Some(200));
    }
    let page = read("<html><title>Sign in</title></html>").expect_err("a page");
    assert!(page.to_string().contains("“Sign in”"), "{page}");
}

/// As `LiteLLM` hands Anthropic's on: a list for each block of the text, or all in one.
#[test]
fn citations_of_a_gateway() {
    let cited = json!({"type": "char_location", "cited_text": "blue", "document_index": 0,
        "document_title": "Sky", "start_char_index": 11, "end_char_index": 15});
    for all in [json!([[cited], [cited]]), json!([cited, cited])] {
        let completion =
            message(json!({"content": "Blue.", "provider_specific_fields": {"citations": all}}));
        let citations = completion.expect("a completion").citations;
        assert_eq!(citations.len(), 2);
        assert_eq!(citations[1].document_title.as_deref(), Some("Sky"));
    }
    // citations of web pages, and nonsense, are nothing in a document
    let other = json!({"citations": [{"url": "https://example.com"}, 5, null]});
    let completion = message(json!({"content": "x", "provider_specific_fields": other}));
    assert!(completion.expect("a completion").citations.is_empty());
    let mut choice = json!({"delta": {"provider_specific_fields": {"citation": cited}}});
    let members = choice.as_object_mut().expect("an object");
    assert_eq!(super::super::message::delta(members).citations.len(), 1);
}
