//! Servers that speak OpenAI's protocol in ways of their own: what is sent to each, and what comes of its replies.
#![cfg(feature = "openai")]
mod support;

use serde_json::{Value, json};
use sigflow_core::{
    Chunk, Completion, Effort, ErrorKind, FinishReason, LanguageModel, Logprob, Message,
    OutputSchema, PromptCache, ReplayBlock, Request, Response, ResponseFormat, Result, ToolCall,
    ToolChoice, ToolSpec, Usage,
};
use sigflow_providers::{OpenAi, Profile};
use std::{fmt::Write as _, sync::Arc};
use support::{KEY, Server, Step, ask, call, check, http, reply, streams};

fn client(server: &Server, profile: Profile, model: &str) -> OpenAi {
    let builder = OpenAi::builder(model).profile(profile);
    let builder = builder.base_url(&server.base).api_key(KEY);
    builder.build().expect("a client")
}

/// The body of one request, but for model and messages.
async fn sent(profile: Profile, model: &str, change: fn(&mut Request)) -> Result<Value> {
    let server = Server::json(reply("x")).await;
    let mut request = ask("who?");
    change(&mut request);
    call(client(&server, profile, model), request).await?;
    let mut body = server.unchecked()[0].json();
    let members = body.as_object_mut().expect("an object");
    members.remove("model");
    members.remove("messages");
    Ok(body)
}

async fn read(profile: Profile, body: Value) -> Result<Response> {
    let server = Server::json(body).await;
    call(client(&server, profile, "m"), ask("who?")).await
}

async fn stream(profile: Profile, events: &[Value]) -> Vec<Chunk> {
    let mut lines = String::new();
    for event in events {
        let _ = write!(lines, "data: {event}\n\n");
    }
    let type_ = ("content-type", "text/event-stream");
    let whole = http(200, &[type_], &format!("{lines}data: [DONE]\n\n"));
    let server = Server::start(vec![Step::Send(whole)]).await;
    let client = Arc::new(client(&server, profile, "m"));
    let (chunks, error) = streams::all(client, ask("who?")).await;
    assert!(error.is_none(), "a good stream: {error:?}");
    chunks
}

fn effort<const E: usize>(request: &mut Request) {
    request.settings.reasoning_effort = Some(Effort::ALL[E]);
}
const OFF: fn(&mut Request) = effort::<0>;
const MINIMAL: fn(&mut Request) = effort::<1>;
const MEDIUM: fn(&mut Request) = effort::<3>;
const XHIGH: fn(&mut Request) = effort::<5>;
const MAX: fn(&mut Request) = effort::<6>;

#[tokio::test]
async fn how_much_to_think_in_the_words_of_each() {
    for (profile, model, change, expected) in [
        (
            Profile::OpenAi,
            "gpt-5.6",
            MAX,
            json!({"reasoning_effort": "max"}),
        ),
        (
            Profile::OpenAi,
            "gpt-5.6",
            OFF,
            json!({"reasoning_effort": "none"}),
        ),
        (
            Profile::Azure,
            "mine",
            XHIGH,
            json!({"reasoning_effort": "xhigh"}),
        ),
        (
            Profile::OpenRouter,
            "a/b",
            MAX,
            json!({"reasoning": {"effort": "xhigh"}}),
        ),
        (
            Profile::OpenRouter,
            "a/b",
            OFF,
            json!({"reasoning": {"effort": "none"}}),
        ),
        (
            Profile::Groq,
            "openai/gpt-oss-20b",
            OFF,
            json!({"reasoning_effort": "low"}),
        ),
        (
            Profile::Groq,
            "openai/gpt-oss-20b",
            XHIGH,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::Groq,
            "qwen/qwen3-32b",
            OFF,
            json!({"reasoning_effort": "none"}),
        ),
        (
            Profile::Groq,
            "qwen/qwen3-32b",
            MEDIUM,
            json!({"reasoning_effort": "default"}),
        ),
        (
            Profile::Mistral,
            "mistral-small-latest",
            MINIMAL,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::Mistral,
            "mistral-small-latest",
            OFF,
            json!({"reasoning_effort": "none"}),
        ),
        (
            Profile::DeepSeek,
            "deepseek-flash",
            OFF,
            json!({"thinking": {"type": "disabled"}}),
        ),
        (
            Profile::DeepSeek,
            "deepseek-flash",
            MEDIUM,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::DeepSeek,
            "deepseek-flash",
            MAX,
            json!({"reasoning_effort": "max"}),
        ),
        (
            Profile::Xai,
            "grok-4.3",
            MAX,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::Together,
            "a/b",
            OFF,
            json!({"reasoning": {"enabled": false}}),
        ),
        (
            Profile::Together,
            "a/b",
            MINIMAL,
            json!({"reasoning_effort": "low"}),
        ),
        (
            Profile::Vllm,
            "a/b",
            OFF,
            json!({"chat_template_kwargs": {"enable_thinking": false}}),
        ),
        (
            Profile::LlamaCpp,
            "m",
            MEDIUM,
            json!({"reasoning_effort": "medium"}),
        ),
        (
            Profile::Ollama,
            "m",
            XHIGH,
            json!({"reasoning_effort": "high"}),
        ),
        (
            Profile::LiteLlm,
            "m",
            MINIMAL,
            json!({"reasoning_effort": "minimal"}),
        ),
    ] {
        let body = sent(profile, model, change).await.expect("a response");
        assert_eq!(body, expected, "{profile:?} {model}");
    }
}

#[tokio::test]
async fn settings_in_the_words_of_each() {
    fn set(request: &mut Request) {
        request.settings.max_tokens = Some(9);
        request.settings.seed = Some(3);
        request.settings.n = Some(1);
    }
    fn must_call(request: &mut Request) {
        request.tools = Arc::from([ToolSpec::new("find", "", "{}")]);
        request.tool_choice = ToolChoice::Required;
    }
    for (profile, expected) in [
        (
            Profile::OpenAi,
            json!({"max_completion_tokens": 9, "n": 1, "seed": 3}),
        ),
        (
            Profile::Groq,
            json!({"max_completion_tokens": 9, "seed": 3}),
        ),
        (
            Profile::Mistral,
            json!({"max_tokens": 9, "n": 1, "random_seed": 3}),
        ),
        (Profile::DeepSeek, json!({"max_tokens": 9})),
        (Profile::Ollama, json!({"max_tokens": 9, "seed": 3})),
        (
            Profile::Together,
            json!({"max_tokens": 9, "n": 1, "seed": 3}),
        ),
    ] {
        let body = sent(profile, "m", set).await.expect("a response");
        assert_eq!(body, expected, "{profile:?}");
    }
    for (profile, word) in [(Profile::Mistral, "any"), (Profile::Xai, "required")] {
        let body = sent(profile, "m", must_call).await.expect("a response");
        assert_eq!(body["tool_choice"], word, "{profile:?}");
    }
}

#[tokio::test]
async fn what_a_server_cannot_do_is_told_before_it_is_asked() {
    fn several(request: &mut Request) {
        request.settings.n = Some(2);
    }
    fn sure(request: &mut Request) {
        request.settings.logprobs = Some(0);
    }
    fn schema(request: &mut Request) {
        let schema = OutputSchema::new("a", "{}");
        request.response_format = ResponseFormat::Schema(schema);
    }
    for (profile, change, words) in [
        (
            Profile::Groq,
            several as fn(&mut Request),
            "`n` is 2, and groq gives one",
        ),
        (Profile::Groq, sure, "groq does not say how sure"),
        (Profile::Mistral, sure, "leave them out"),
        (Profile::DeepSeek, schema, "ask for a JSON object"),
    ] {
        let error = sent(profile, "m", change).await.expect_err("it cannot");
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    // and the core is told, so that it does not ask
    let of = |profile| {
        let model = OpenAi::builder("openai/gpt-5").profile(profile).build();
        model.expect("a client").capabilities()
    };
    assert!(of(Profile::OpenRouter).many && of(Profile::OpenRouter).json_schema);
    assert!(!of(Profile::Groq).many && of(Profile::Groq).json_schema);
    assert!(!of(Profile::DeepSeek).json_schema && of(Profile::DeepSeek).json_object);
}

#[tokio::test]
async fn how_sure_the_model_is_both_ways() {
    fn two(request: &mut Request) {
        request.settings.logprobs = Some(2);
    }
    fn none(request: &mut Request) {
        request.settings.logprobs = Some(0);
    }
    let top = json!({"logprobs": true, "top_logprobs": 2});
    assert_eq!(sent(Profile::OpenAi, "m", two).await.expect("sent"), top);
    check(
        &sent_whole(Profile::OpenAi, "m", two).await,
        &["logprobs", "top_logprobs"],
    );
    let alone = json!({"logprobs": true});
    assert_eq!(sent(Profile::Xai, "m", none).await.expect("sent"), alone);
    let count = json!({"logprobs": 2});
    assert_eq!(
        sent(Profile::Together, "m", two).await.expect("sent"),
        count
    );

    let said = json!({"content": [{"token": "a", "logprob": -0.5, "bytes": [97],
        "top_logprobs": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.5}]}]});
    let mut body = reply("a");
    body["choices"][0]["logprobs"] = said.clone();
    let response = read(Profile::OpenAi, body).await.expect("a response");
    let tokens = &response.completions[0].logprobs;
    assert_eq!(tokens[0].chosen, Logprob::new("a", -0.5));
    assert_eq!(tokens[0].top[1], Logprob::new("b", -1.5));

    let chunks = stream(
        Profile::OpenAi,
        &[
            json!({"model": "m", "choices": [{"index": 0, "delta": {"content": "a"}, "logprobs": said}]}),
            json!({"choices": [{"index": 0, "delta": {}, "logprobs": null, "finish_reason": "stop"}]}),
        ],
    )
    .await;
    let streamed = chunks.iter().find_map(|chunk| match chunk {
        Chunk::Logprobs(tokens) => Some(tokens),
        _ => None,
    });
    assert_eq!(streamed, Some(tokens));
}

async fn sent_whole(profile: Profile, model: &str, change: fn(&mut Request)) -> Value {
    let server = Server::json(reply("x")).await;
    let mut request = ask("who?");
    change(&mut request);
    let client = client(&server, profile, model);
    call(client, request).await.expect("a response");
    server.unchecked()[0].json()
}

#[tokio::test]
async fn the_beginning_of_a_prompt_is_kept() {
    fn short(request: &mut Request) {
        request.settings.prompt_cache = Some(PromptCache::Short);
    }
    fn long(request: &mut Request) {
        request.settings.prompt_cache = Some(PromptCache::Long);
        let mut answer = Message::assistant("an answer");
        answer.tool_calls = vec![ToolCall::new("1", "find", "{}")];
        request.prefix.demos = Arc::from([Message::user("a question"), answer]);
    }
    // models before marks: a key alone, the same for the same beginning
    let older = sent_whole(Profile::OpenAi, "gpt-5-mini", short).await;
    check(&older, &["prompt_cache_key"]);
    let again = sent_whole(Profile::OpenAi, "gpt-5-mini", short).await;
    assert_eq!(older, again);
    assert_eq!(older["messages"][0]["content"], "be brief");

    let members = ["prompt_cache_key", "prompt_cache_options"];
    let newer = sent_whole(Profile::OpenAi, "gpt-5.6", short).await;
    check(&newer, &members);
    assert_eq!(older["prompt_cache_key"], newer["prompt_cache_key"]);
    assert_eq!(newer["prompt_cache_options"], json!({"mode": "explicit"}));
    let mark = json!({"mode": "explicit"});
    assert_eq!(
        newer["messages"][0]["content"][0]["prompt_cache_breakpoint"],
        mark
    );

    let demos = sent_whole(Profile::OpenAi, "gpt-5.6", long).await;
    check(&demos, &members);
    assert_ne!(demos["prompt_cache_key"], newer["prompt_cache_key"]);
    assert_eq!(demos["messages"][0]["content"], "be brief");
    assert_eq!(
        demos["messages"][2]["content"][0]["prompt_cache_breakpoint"],
        mark
    );
    assert_eq!(demos["messages"][3]["content"], "who?");

    let claude = sent_whole(Profile::OpenRouter, "anthropic/claude-sonnet-5", long).await;
    let mark = json!({"type": "ephemeral", "ttl": "1h"});
    assert_eq!(claude["messages"][2]["content"][0]["cache_control"], mark);
    for (profile, model) in [
        (Profile::OpenRouter, "x-ai/grok"),
        (Profile::Mistral, "gpt-5.6"),
    ] {
        let body = sent_whole(profile, model, short).await;
        assert_eq!(body["messages"][0]["content"], "be brief", "{profile:?}");
        assert_eq!(body.as_object().expect("an object").len(), 2, "{profile:?}");
    }
}

#[tokio::test]
async fn members_of_the_users_own_come_first() {
    let server = Server::json(reply("x")).await;
    let own = json!({"reasoning": {"max_tokens": 9}, "prompt_cache_key": "mine", "structured_outputs": {"choice": ["a"]}});
    let members = own.as_object().expect("an object").clone();
    let client = server
        .builder()
        .profile(Profile::OpenAi)
        .extra_body(members);
    let mut request = ask("who?");
    request.settings.reasoning_effort = Some(Effort::High);
    request.settings.prompt_cache = Some(PromptCache::Short);
    call(client.build().expect("a client"), request)
        .await
        .expect("a response");
    let text = &server.unchecked()[0].body;
    assert_eq!(text.matches("prompt_cache_key").count(), 1, "{text}");
    assert!(!text.contains("reasoning_effort"), "{text}");
}

#[tokio::test]
async fn azure_has_a_header_of_its_own() {
    let server = Server::json(reply("x")).await;
    call(client(&server, Profile::Azure, "mine"), ask("hi"))
        .await
        .expect("a response");
    let request = &server.unchecked()[0];
    assert_eq!(request.header("api-key"), Some(KEY));
    assert_eq!(request.header("authorization"), None);
}

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
