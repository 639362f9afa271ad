//! Calls by `OpenAI`'s responses to servers that nobody here wrote: llama.cpp with random weights, and aimock.
//!
//! `eval "$(.ci/counterparts.sh)"` starts both and sets the variables; without them these tests say so and pass.
#![cfg(feature = "openai")]
mod support;

use sigflow_core::{
    Chunk, Effort, ErrorKind, FinishReason, LanguageModel, Message, OutputSchema, Prefix,
    PromptCache, Request, ResponseFormat, Text, ToolSpec,
};
use sigflow_providers::{OpenAiResponses, ReasoningSummary};
use std::{sync::Arc, time::Duration};
use support::{
    live::versioned as server,
    streams::{all, text},
};

fn client(base: &str, model: &str) -> Arc<OpenAiResponses> {
    let builder = OpenAiResponses::builder(model).base_url(base);
    let builder = builder.api_key("sk-live-test-0123456789");
    let builder = builder.reasoning_summary(ReasoningSummary::Auto);
    Arc::new(
        builder
            .total_timeout(Duration::from_mins(1))
            .build()
            .expect("a client"),
    )
}

fn ask(text: &str) -> Request {
    Request::new(
        Prefix::new(Text::from("Answer as the schema says.")),
        Message::user(text.to_owned()),
    )
}

const ANSWER: &str = r#"{"type":"object","properties":{"answer":{"type":"string","maxLength":24},"confidence":{"type":"number"}},"required":["answer","confidence"],"additionalProperties":false}"#;

fn strict() -> ResponseFormat {
    let mut output = OutputSchema::new("answer", ANSWER);
    output.openai = Some(ANSWER.into());
    ResponseFormat::Schema(output)
}

#[tokio::test]
async fn llama_answers_whole_and_in_pieces() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let client = client(&base, "tiny");
    let mut request = ask("say something");
    request.settings.max_tokens = Some(24);
    request.settings.temperature = Some(0.0);
    let whole = client
        .clone()
        .complete(request.clone())
        .await
        .expect("a response");
    assert!(
        whole
            .usage
            .is_some_and(|usage| usage.input_tokens > 0 && usage.output_tokens > 0)
    );
    assert!(whole.request_id.is_some() && !whole.model.is_empty());
    let (chunks, error) = all(client.clone(), request).await;
    assert!(error.is_none(), "{error:?}");
    assert!(matches!(chunks.last(), Some(Chunk::End(Some(usage))) if usage.output_tokens > 0));
    // what it writes may be a call or a thought; then both ways say so
    let calls = chunks
        .iter()
        .filter(|chunk| matches!(chunk, Chunk::ToolCall { .. }))
        .count();
    assert_eq!(calls > 0, !whole.completions[0].tool_calls.is_empty());
    assert!(text(&chunks).is_empty() == whole.completions[0].text.is_empty());
}

/// It takes a schema and does not keep to it (b11549): chat completions do. What is sent must be good all the same.
#[tokio::test]
async fn llama_takes_every_setting() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let mut request = ask("say something");
    request.response_format = strict();
    request.settings.max_tokens = Some(20);
    request.settings.temperature = Some(0.5);
    request.settings.top_p = Some(0.9);
    request.settings.reasoning_effort = Some(Effort::Low);
    request.settings.prompt_cache = Some(PromptCache::Short);
    request.prefix.demos = Arc::from([Message::user("a"), Message::assistant("b")]);
    let response = client(&base, "tiny").complete(request).await;
    let usage = response.expect("a response").usage.expect("tokens");
    assert!((1..=20).contains(&usage.output_tokens), "{usage:?}");
}

#[tokio::test]
async fn llama_refuses_a_prompt_that_is_too_long() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let error = client(&base, "tiny")
        .complete(ask(&"word ".repeat(60_000)))
        .await;
    let error = error.expect_err("it is too long");
    assert_eq!(error.kind(), ErrorKind::ContextLength, "{error}");
}

#[tokio::test]
async fn aimock_answers_calls_tools_and_thinks() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let client = client(&base, "gpt-5");
    let mut request = ask("capital of France");
    request.response_format = strict();
    let response = client
        .clone()
        .complete(request.clone())
        .await
        .expect("a response");
    // its fixtures know schemas of chat completions alone
    assert!(response.completions[0].text.contains("Paris"));
    let (chunks, error) = all(client.clone(), request).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(text(&chunks), response.completions[0].text);

    let mut request = ask("weather in Paris");
    request.tools = Arc::from([ToolSpec::new(
        "get_weather",
        "",
        r#"{"type":"object","properties":{"city":{"type":"string"}}}"#,
    )]);
    let whole = client
        .clone()
        .complete(request.clone())
        .await
        .expect("a response");
    let completion = &whole.completions[0];
    assert_eq!(completion.tool_calls[0].name, "get_weather");
    assert_eq!(completion.finish_reason, Some(FinishReason::ToolCalls));
    let (chunks, error) = all(client.clone(), request).await;
    assert!(error.is_none(), "{error:?}");
    let arguments: String = chunks
        .iter()
        .filter_map(|chunk| match chunk {
            Chunk::ToolCall { arguments, .. } => Some(arguments.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(arguments, completion.tool_calls[0].arguments);

    let request = ask("think first");
    let whole = client
        .clone()
        .complete(request.clone())
        .await
        .expect("a response");
    let completion = &whole.completions[0];
    assert_eq!(completion.text, "The answer is 4.");
    assert_eq!(completion.reasoning.as_deref(), Some("2 and 2 make 4."));
    assert_eq!(completion.replay.len(), 1, "an encrypted thought");
    let (chunks, error) = all(client.clone(), request).await;
    assert!(error.is_none(), "{error:?}");
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Reasoning(text) if text == "2 and 2 make 4."))
    );
    assert!(chunks.iter().any(|chunk| matches!(chunk, Chunk::Replay(_))));
}

#[tokio::test]
async fn aimock_fails_in_each_way() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let client = client(&base, "gpt-5");
    for (words, kind) in [
        ("too many requests", ErrorKind::RateLimited),
        ("no credit left", ErrorKind::QuotaSpent),
        ("wrong key", ErrorKind::Authentication),
        ("prompt too long", ErrorKind::ContextLength),
        ("not allowed by the filter", ErrorKind::ContentFilter),
        ("server breaks", ErrorKind::Server),
        ("overloaded", ErrorKind::Server),
    ] {
        let error = client.clone().complete(ask(words)).await.expect_err(words);
        assert_eq!(error.kind(), kind, "{words}: {error}");
        let (_, error) = all(client.clone(), ask(words)).await;
        assert_eq!(error.map(|error| error.kind()), Some(kind), "{words}");
    }
}
