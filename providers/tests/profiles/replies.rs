//! What each server says, and where.
use super::{client, read, stream};
use crate::support::{Server, Step, ask, call, http, reply, streams};
use serde_json::json;
use sigflow_core::{
    Chunk, Completion, ErrorKind, FinishReason, Message, ReplayBlock, Request, Usage,
};
use sigflow_providers::Profile;
use std::sync::Arc;

#[tokio::test]
async fn azure_says_what_its_filter_minded() {
    let error = read(
        Profile::Azure,
        json!({"choices": [{"index": 0, "message": {"role": "assistant"}, "finish_reason": "content_filter",
            "content_filter_results": {"violence": {"filtered": true, "severity": "high"},
                "hate": {"filtered": false, "severity": "safe"}}}]}),
    )
    .await
    .expect_err("filtered");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.to_string().contains("violence (high)"), "{error}");

    // what the prompt's filter found comes before who answers
    let chunks = stream(
        Profile::Azure,
        &[
            json!({"id": "", "model": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}]}),
            json!({"id": "c", "model": "gpt-5", "choices": [{"index": 0, "delta": {"content": "hi"}, "finish_reason": null}]}),
            json!({"id": "c", "model": "gpt-5", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
        ],
    )
    .await;
    assert!(
        matches!(&chunks[0], Chunk::Head { model, .. } if model == "gpt-5"),
        "{chunks:?}"
    );
}

#[tokio::test]
async fn groq_counts_tokens_in_a_place_of_its_own() {
    let chunks = stream(
        Profile::Groq,
        &[
            json!({"id": "c", "model": "m", "x_groq": {"id": "req_1"}, "choices": [{"index": 0, "delta": {"content": "hi"}}]}),
            json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                "x_groq": {"id": "req_1", "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}}}),
        ],
    )
    .await;
    let used = Usage::new(5, 2);
    assert!(
        matches!(chunks.last(), Some(Chunk::End(Some(usage))) if *usage == used),
        "{chunks:?}"
    );
}

#[tokio::test]
async fn tokens_under_the_names_of_each() {
    let cases = [
        (
            Profile::DeepSeek,
            json!({"prompt_tokens": 10, "completion_tokens": 5, "prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 2,
                "completion_tokens_details": {"reasoning_tokens": 3}}),
            [10, 5, 8, 0, 3],
        ),
        // apart from the reply, which only the total shows
        (
            Profile::Xai,
            json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 18, "num_sources_used": 0,
                "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 3}}),
            [10, 8, 4, 0, 3],
        ),
        (
            Profile::OpenRouter,
            json!({"prompt_tokens": 10, "completion_tokens": 5, "cost": 0.001,
                "prompt_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 7}}),
            [10, 5, 1, 7, 0],
        ),
        (
            Profile::LiteLlm,
            json!({"prompt_tokens": 10, "completion_tokens": 5, "cache_creation_input_tokens": 6, "cache_read_input_tokens": 2}),
            [10, 5, 2, 6, 0],
        ),
        (
            Profile::OpenAi,
            json!({"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 9}}),
            [10, 5, 0, 9, 0],
        ),
    ];
    for (profile, said, expected) in cases {
        let mut body = reply("x");
        body["usage"] = said;
        let usage = read(profile, body).await.expect("a response").usage;
        let usage = usage.expect("tokens");
        let of = [
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_input_tokens,
            usage.cache_write_tokens,
            usage.reasoning_tokens,
        ];
        assert_eq!(of, expected, "{profile:?}");
    }
}

fn second_turn(completion: &Completion) -> Request {
    let mut request = ask("who?");
    request.turns.push(Message::of_completion(completion));
    request.turns.push(Message::tool("call_1", "find", "three"));
    request
}

#[tokio::test]
async fn thoughts_go_back_where_they_are_wanted() {
    let called = json!([{"id": "call_1", "type": "function", "function": {"name": "find", "arguments": "{}"}}]);
    let details =
        json!([{"type": "reasoning.text", "text": "so", "signature": "c2ln", "index": 0}]);
    for (profile, message, name, value) in [
        (
            Profile::DeepSeek,
            json!({"content": "", "reasoning_content": "so", "tool_calls": called}),
            "reasoning_content",
            json!("so"),
        ),
        (
            Profile::OpenRouter,
            json!({"content": "", "reasoning": "so", "reasoning_details": details, "tool_calls": called}),
            "reasoning_details",
            details.clone(),
        ),
    ] {
        let answer = json!({"choices": [{"index": 0, "message": message.clone(), "finish_reason": "tool_calls"}]});
        let server = Server::json(answer).await;
        let first = call(client(&server, profile, "m"), ask("who?"))
            .await
            .expect("a response");
        let completion = &first.completions[0];
        assert_eq!(completion.reasoning.as_deref(), Some("so"));
        let again = call(client(&server, profile, "m"), second_turn(completion)).await;
        again.expect("a response");
        // another server's thoughts are not for this one
        let other = call(
            client(&server, Profile::OpenAi, "m"),
            second_turn(completion),
        )
        .await;
        other.expect("a response");
        let bodies = server.unchecked();
        assert_eq!(bodies[1].json()["messages"][2][name], value, "{profile:?}");
        assert_eq!(
            bodies[2].json()["messages"][2].get(name),
            None,
            "{profile:?}"
        );

        let streamed = stream(
            profile,
            &[
                json!({"choices": [{"index": 0, "delta": message}]}),
                json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
            ],
        )
        .await;
        let blocks: Vec<&ReplayBlock> = streamed
            .iter()
            .filter_map(|chunk| match chunk {
                Chunk::Replay(block) => Some(block),
                _ => None,
            })
            .collect();
        assert_eq!(
            blocks,
            completion.replay.iter().collect::<Vec<_>>(),
            "{profile:?}"
        );
    }
}

#[tokio::test]
async fn mistral_thinks_in_parts_and_refuses_what_it_does_not_know() {
    let parts = json!([{"type": "thinking", "thinking": [{"type": "text", "text": "so"}]}, {"type": "text", "text": "Paris"}]);
    let message = json!({"role": "assistant", "content": parts});
    let body =
        json!({"choices": [{"index": 0, "message": message, "finish_reason": "model_length"}]});
    let response = read(Profile::Mistral, body).await.expect("a response");
    let completion = &response.completions[0];
    assert_eq!(
        (completion.text.as_str(), completion.reasoning.as_deref()),
        ("Paris", Some("so"))
    );
    assert_eq!(completion.finish_reason, Some(FinishReason::Length));

    let whole = http(
        200,
        &[("content-type", "text/event-stream")],
        "data: [DONE]\n\n",
    );
    let server = Server::start(vec![Step::Send(whole)]).await;
    let client = Arc::new(client(&server, Profile::Mistral, "m"));
    streams::all(client, ask("who?")).await;
    assert_eq!(server.unchecked()[0].json().get("stream_options"), None);
}

#[tokio::test]
async fn errors_in_the_words_of_each() {
    for (profile, status, body, kind, words) in [
        (
            Profile::LlamaCpp,
            400,
            json!({"error": {"code": 400, "message": "the request exceeds the available context size (2048 tokens)",
                "type": "exceed_context_size_error", "n_prompt_tokens": 8024, "n_ctx": 2048}}),
            ErrorKind::ContextLength,
            "",
        ),
        (
            Profile::Mistral,
            422,
            json!({"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "x"],
                "msg": "Extra inputs are not permitted"}]}, "type": "invalid_request_error", "code": null}),
            ErrorKind::BadRequest,
            "Extra inputs are not permitted",
        ),
        (
            Profile::OpenRouter,
            200,
            json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Par"}, "finish_reason": "error",
                "error": {"code": 502, "message": "the provider went away", "metadata": {"provider_name": "X"}}}]}),
            ErrorKind::Server,
            "the provider went away",
        ),
        (
            Profile::Groq,
            413,
            json!({"error": {"message": "Request too large for model", "type": "tokens", "code": "rate_limit_exceeded"}}),
            ErrorKind::RateLimited,
            "too large",
        ),
        (
            Profile::DeepSeek,
            402,
            json!({"error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error"}}),
            ErrorKind::QuotaSpent,
            "Insufficient Balance",
        ),
        (
            Profile::Xai,
            400,
            json!({"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***mn."}),
            ErrorKind::Authentication,
            "Incorrect API key",
        ),
    ] {
        let json_type = [("content-type", "application/json")];
        let bytes = http(status, &json_type, &body.to_string());
        let server = Server::start(vec![Step::Send(bytes)]).await;
        let error = call(client(&server, profile, "m"), ask("hi"))
            .await
            .expect_err("an error");
        assert_eq!(error.kind(), kind, "{profile:?}: {error}");
        assert!(error.to_string().contains(words), "{profile:?}: {error}");
    }
}

#[tokio::test]
async fn litellm_forgets_the_reason_until_the_last_chunk_and_the_usual_header() {
    let chunks = stream(
        Profile::LiteLlm,
        &[
            json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": "a"}}]}),
            json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": "b"}}]}),
            json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
        ],
    )
    .await;
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Finish(FinishReason::Stop)))
    );

    let body = json!({"error": {"message": "slow down", "type": "throttling_error", "param": null, "code": "429"}});
    let bytes = http(429, &[("llm_provider-retry-after", "1")], &body.to_string());
    let server = Server::start(vec![Step::Send(bytes)]).await;
    let error = call(client(&server, Profile::LiteLlm, "m"), ask("hi"))
        .await
        .expect_err("429");
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(1)));
}
