//! What a call sets, in the words of each server.
use super::{client, read, sent, stream};
use crate::support::{KEY, Server, ask, call, check, reply};
use serde_json::{Value, json};
use sigflow_core::{
    Chunk, Effort, LanguageModel, Logprob, Message, OutputSchema, PromptCache, Request,
    ResponseFormat, ToolCall, ToolChoice, ToolSpec,
};
use sigflow_providers::{OpenAi, Profile};
use std::sync::Arc;

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
