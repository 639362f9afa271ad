//! Whole replies.
use super::{answer, builder, call, check, sent};
use crate::support::{Server, ask};
use serde_json::{Value, json};
use sigflow_core::{
    Completion, ErrorKind, FinishReason, Logprob, Message, Result, ToolCall, Usage,
};

#[tokio::test]
async fn a_whole_reply() {
    let mut body = answer("Paris");
    body["output"][0]["content"][0]["logprobs"] = json!([{"token": "Paris", "logprob": -0.1, "bytes": [],
        "top_logprobs": [{"token": "Rome", "logprob": -3.0}]}]);
    let thought = json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "e30=",
        "summary": [{"type": "summary_text", "text": "One."}, {"type": "summary_text", "text": "Two."}]});
    body["output"]
        .as_array_mut()
        .expect("a list")
        .insert(0, thought.clone());
    let server = Server::json(body.clone()).await;
    let response = call(builder(&server, "gpt-5"), ask("who?"))
        .await
        .expect("a response");
    let completion = &response.completions[0];
    assert_eq!(completion.text, "Paris");
    assert_eq!(completion.reasoning.as_deref(), Some("One.\n\nTwo."));
    assert_eq!(completion.finish_reason, Some(FinishReason::Stop));
    assert_eq!(completion.logprobs[0].top, [Logprob::new("Rome", -3.0)]);
    assert_eq!(response.model, "gpt-5-mini-2026");
    assert_eq!(response.request_id.as_deref(), Some("resp_1"));
    assert_eq!(response.raw.as_deref(), Some(body.to_string().as_str()));
    let mut usage = Usage::new(10, 6);
    (usage.cached_input_tokens, usage.cache_write_tokens) = (4, 2);
    usage.reasoning_tokens = 3;
    assert_eq!(response.usage, Some(usage));

    // in the next turn the thought stands before what was said
    let mut next = ask("who?");
    next.turns.push(Message::of_completion(completion));
    next.turns.push(Message::user("and why?"));
    let body = sent("gpt-5", next).await;
    assert_eq!(body["input"][1], thought);
    assert_eq!(
        body["input"][2],
        json!({"type": "message", "role": "assistant", "content": "Paris"})
    );
}

#[tokio::test]
async fn thoughts_that_the_server_must_know_go_back_only_if_it_keeps_them() {
    let mut body = answer("Paris");
    let thought = json!({"type": "reasoning", "id": "rs_1", "summary": []});
    body["output"]
        .as_array_mut()
        .expect("a list")
        .insert(0, thought.clone());
    let server = Server::json(body).await;
    let response = call(builder(&server, "gpt-5"), ask("who?"))
        .await
        .expect("a response");
    let mut next = ask("who?");
    next.turns
        .push(Message::of_completion(&response.completions[0]));
    next.turns.push(Message::user("and why?"));
    for (store, count) in [(false, 3), (true, 4)] {
        let server = Server::json(answer("x")).await;
        let client = builder(&server, "gpt-5").store(store);
        call(client, next.clone()).await.expect("a response");
        let body = server.unchecked()[0].json();
        check(&body);
        assert_eq!(body["input"].as_array().expect("a list").len(), count);
        assert_eq!(body.get("store"), (!store).then_some(&json!(false)));
    }
}

#[tokio::test]
async fn what_is_said_while_at_work_is_not_the_answer() {
    let mut body = answer("Paris");
    body["output"][0]["phase"] = json!("final_answer");
    let first = json!({"type": "message", "id": "msg_0", "status": "completed", "role": "assistant", "phase": "commentary",
        "content": [{"type": "output_text", "text": "I look it up.", "annotations": []}]});
    body["output"]
        .as_array_mut()
        .expect("a list")
        .insert(0, first);
    let server = Server::json(body).await;
    let response = call(builder(&server, "gpt-5"), ask("who?"))
        .await
        .expect("a response");
    let completion = &response.completions[0];
    assert_eq!(
        (completion.text.as_str(), completion.reasoning.as_deref()),
        ("Paris", Some("I look it up."))
    );
    // phases must come back, so the messages do as they came
    let mut next = ask("who?");
    next.turns.push(Message::of_completion(completion));
    next.turns.push(Message::user("and why?"));
    let server = Server::json(answer("x")).await;
    call(builder(&server, "gpt-5"), next)
        .await
        .expect("a response");
    let input = server.unchecked()[0].json()["input"].clone();
    assert_eq!(input.as_array().map(Vec::len), Some(4));
    assert_eq!(input[1]["phase"], "commentary");
    assert_eq!(input[2]["phase"], "final_answer");
}

async fn decode(body: Value) -> Result<Completion> {
    let server = Server::json(body).await;
    let response = call(builder(&server, "gpt-5"), ask("who?")).await?;
    Ok(response
        .completions
        .into_iter()
        .next()
        .expect("a completion"))
}

#[tokio::test]
async fn ends_of_all_kinds() {
    let mut body = answer("Par");
    body["status"] = json!("incomplete");
    body["incomplete_details"] = json!({"reason": "max_output_tokens"});
    let cut = decode(body.clone()).await.expect("a completion");
    assert_eq!(cut.finish_reason, Some(FinishReason::Length));
    body["incomplete_details"] = json!({"reason": "new_reason"});
    let other = decode(body.clone()).await.expect("a completion");
    assert_eq!(
        other.finish_reason,
        Some(FinishReason::Other("new_reason".to_owned()))
    );
    body["incomplete_details"] = json!({"reason": "content_filter"});
    body["output"] = json!([]);
    let error = decode(body.clone()).await.expect_err("filtered");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);

    let mut body = answer("");
    body["output"][0]["content"] = json!([{"type": "refusal", "refusal": "I will not."}]);
    let error = decode(body).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.to_string().contains("I will not."), "{error}");

    let mut body = answer("");
    body["output"] = json!([
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "find", "arguments": "{\"q\":1}", "status": "completed"},
        {"type": "new_kind", "x": 1},
    ]);
    let called = decode(body).await.expect("a completion");
    assert_eq!(called.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(
        called.tool_calls,
        [ToolCall::new("call_1", "find", "{\"q\":1}")]
    );

    for (body, kind) in [
        (
            json!({"status": "failed", "output": [], "error": {"code": "server_error", "message": "m"}}),
            ErrorKind::Server,
        ),
        (
            json!({"status": "failed", "output": [], "error": {"code": "rate_limit_exceeded", "message": "m"}}),
            ErrorKind::RateLimited,
        ),
        (
            json!({"status": "in_progress", "output": [], "error": null}),
            ErrorKind::Decode,
        ),
        (json!({"id": "x"}), ErrorKind::Decode),
        (json!([]), ErrorKind::Decode),
    ] {
        let error = decode(body.clone()).await.expect_err("no answer");
        assert_eq!(error.kind(), kind, "{body}: {error}");
        assert!(error.raw_reply().is_some());
    }
}
