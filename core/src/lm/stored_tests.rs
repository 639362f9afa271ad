use super::super::{
    Completion, FinishReason, Logprob, ReplayBlock, Response, TokenLogprob, ToolCall, Usage,
};
use crate::types::Citation;
use serde_json::json;

fn full() -> Response {
    let likely = |token: &str, logprob| Logprob::new(token, logprob);
    let mut completion = Completion::text("Paris \u{1f5fc}\n");
    completion.reasoning = Some("France, so".into());
    completion.tool_calls = vec![ToolCall::new("1", "search", "{\"q\": 1}")];
    completion.citations = vec![Citation {
        kind: "char_location".into(),
        cited_text: "blue".into(),
        document_index: 0,
        document_title: None,
        start_char_index: 11,
        end_char_index: 15,
        supported_text: Some("it is".into()),
    }];
    completion.logprobs = vec![TokenLogprob::new(
        likely("Paris", -0.1),
        vec![likely("Paris", -0.1), likely("Rome", f64::NEG_INFINITY)],
    )];
    completion.replay = vec![ReplayBlock::new(
        "anthropic",
        json!({ "signature": "c2ln" }),
    )];
    let reasons = [
        None,
        Some(FinishReason::Stop),
        Some(FinishReason::Length),
        Some(FinishReason::ToolCalls),
        Some(FinishReason::ContentFilter),
        Some(FinishReason::Other("stop".into())),
    ];
    let completions = reasons.map(|finish_reason| Completion {
        finish_reason,
        ..completion.clone()
    });
    Response {
        completions: completions.into(),
        model: "tiny-2026".into(),
        usage: Some(Usage {
            cached_input_tokens: 3,
            ..Usage::new(u64::MAX, 2)
        }),
        request_id: Some("req_1".into()),
        ..Response::default()
    }
}

#[test]
fn a_reply_is_read_back_as_it_was() {
    for response in [full(), Response::default(), Response::text("")] {
        let json = response.to_json().expect("known formats");
        // by way of text, as it is kept
        let json = serde_json::from_str(&json.to_string()).expect("JSON");
        let again = Response::from_json(&json).expect("what was written");
        assert_eq!(format!("{again:?}"), format!("{response:?}"));
    }
}

#[test]
fn a_reply_out_of_a_cache_keeps_what_it_took() {
    let again = full().from_cache().from_cache();
    assert_eq!(again.usage, None);
    let json = again.to_json().expect("known formats");
    let usage = Response::from_json(&json).expect("what was written").usage;
    assert_eq!(usage, full().usage);
}

#[test]
fn what_is_no_reply_is_refused() {
    let good = full().to_json().expect("known formats");
    let mut newer = good.clone();
    newer["version"] = json!(2);
    let mut broken = vec![newer, json!(null), json!([]), json!({ "version": 1 })];
    for (path, value) in [
        ("/model", json!(1)),
        ("/usage/4", json!(null)),
        ("/request_id", json!(1)),
        ("/completions/0/text", json!(null)),
        ("/completions/0/tool_calls/0/id", json!(1)),
        ("/completions/0/citations/0", json!("blue")),
        ("/completions/1/finish_reason", json!("tired")),
        ("/completions/0/logprobs/0/0/1", json!("x")),
        ("/completions/0/replay/0/provider", json!("elsewhere")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).expect(path) = value;
        broken.push(bad);
    }
    for bad in broken {
        let error = Response::from_json(&bad).expect_err(&bad.to_string());
        assert!(error.is_state());
    }
    let mut foreign = Response::text("");
    foreign.completions[0].replay = vec![ReplayBlock::new("mine", json!(1))];
    assert_eq!(foreign.to_json(), None);
}
