//! Calls to servers that nobody here wrote: llama.cpp with random weights, and aimock.
//!
//! `eval "$(.ci/counterparts.sh)"` starts both and sets the variables; without them these tests say so
//! and pass.
#![cfg(feature = "openai")]

#[path = "live/claude.rs"]
mod claude;
mod support;

use serde_json::Value;
use sigflow_core::{
    Capabilities, Error, ErrorKind, FinishReason, LanguageModel, Message, OutputSchema, Prefix,
    Request, Response, ResponseFormat, Result, Text, ToolChoice, ToolSpec,
};
use sigflow_providers::OpenAi;
use std::{sync::Arc, time::Duration};
use support::live::versioned as server;

const ANSWER: &str = r#"{"type":"object","properties":{"answer":{"type":"string","maxLength":24},"confidence":{"type":"number"}},"required":["answer","confidence"],"additionalProperties":false}"#;
const NESTED: &str = r#"{"type":"object","properties":{"label":{"enum":["pos","neg","neutral"]},"tags":{"type":"array","items":{"type":"string","maxLength":8},"minItems":1,"maxItems":3},"who":{"type":"object","properties":{"name":{"type":"string","maxLength":8},"known":{"type":"boolean"},"note":{"type":["string","null"],"maxLength":8}},"required":["name","known","note"],"additionalProperties":false}},"required":["label","tags","who"],"additionalProperties":false}"#;

fn client(base: &str, model: &str) -> Arc<OpenAi> {
    let builder = OpenAi::builder(model)
        .base_url(base)
        .api_key("sk-live-test-0123456789");
    let builder = builder
        .capabilities(Capabilities::ALL)
        .total_timeout(Duration::from_mins(1));
    Arc::new(builder.build().expect("a client"))
}

fn ask(text: &str) -> Request {
    let prefix = Prefix::new(Text::from("Answer as the schema says."));
    Request::new(prefix, vec![Message::user(text.to_owned())])
}

fn strict(schema: &'static str) -> ResponseFormat {
    let mut output = OutputSchema::new("answer", schema);
    output.openai = Some(schema.into());
    ResponseFormat::Schema(output)
}

/// A reply, or an error that keeps what the server said.
#[track_caller]
fn judge(result: &Result<Response>) {
    match result {
        Ok(response) => {
            assert!(!response.completions.is_empty() && response.raw.is_some());
            for completion in &response.completions {
                if completion.finish_reason != Some(FinishReason::Length) {
                    match serde_json::from_str::<Value>(&completion.text) {
                        Ok(json) => assert!(json.is_object(), "{json}"),
                        // Random weights write `81e1111`: JSON by its grammar, and no number for us.
                        Err(error) => assert!(
                            error.to_string().starts_with("number out of range"),
                            "{error}: {}",
                            completion.text
                        ),
                    }
                }
            }
        }
        Err(error) => assert!(
            error.raw_reply().is_some() && error.status().is_some(),
            "{error:?}"
        ),
    }
}

async fn fails(client: &Arc<OpenAi>, request: Request) -> Error {
    let error = client
        .clone()
        .complete(request)
        .await
        .expect_err("an error");
    assert!(
        error.status().is_some() && error.raw_reply().is_some(),
        "{error:?}"
    );
    assert!(error.provider_message().is_some(), "{error:?}");
    error
}

#[tokio::test]
async fn llama_keeps_to_a_strict_schema() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let client = client(&base, "tiny");
    for seed in 0..12 {
        let mut request = ask("say something");
        request.response_format = strict(if seed % 2 == 0 { ANSWER } else { NESTED });
        request.settings.max_tokens = Some(400);
        request.settings.seed = Some(seed);
        let result = client.clone().complete(request).await;
        judge(&result);
        let response = result.expect("a response");
        assert!(
            response
                .usage
                .is_some_and(|usage| usage.input_tokens > 0 && usage.output_tokens > 0)
        );
        assert!(response.request_id.is_some() && !response.model.is_empty());
    }
}

#[tokio::test]
async fn llama_answers_many_at_once() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let client = client(&base, "tiny");
    let calls: Vec<_> = (0..16)
        .map(|seed| {
            let mut request = ask("say something");
            request.response_format = strict(ANSWER);
            request.settings.max_tokens = Some(200);
            request.settings.seed = Some(seed);
            tokio::spawn(client.clone().complete(request))
        })
        .collect();
    for call in calls {
        judge(&call.await.expect("no panic"));
    }
}

#[tokio::test]
async fn llama_gives_several_completions() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let mut request = ask("say something");
    request.response_format = strict(ANSWER);
    request.settings.max_tokens = Some(200);
    request.settings.n = Some(2);
    let result = client(&base, "tiny").complete(request).await;
    judge(&result);
    assert_eq!(
        result.map(|response| response.completions.len()).ok(),
        Some(2)
    );
}

#[tokio::test]
async fn llama_says_what_is_wrong() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let client = client(&base, "tiny");
    let mut request = ask("x");
    request.response_format = strict(r#"{"type":"no such type"}"#);
    let error = fails(&client, request).await;
    assert!(
        matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::Server),
        "{error:?}"
    );
    let mut request = ask(&"word ".repeat(60_000));
    request.settings.max_tokens = Some(4);
    let error = fails(&client, request).await;
    assert!(error.is_context_length(), "{error:?}");
}

#[tokio::test]
async fn llama_is_left_when_the_deadline_comes() {
    let Some(base) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let mut request = ask("say a lot");
    request.settings.max_tokens = Some(8000);
    request.deadline = Some(std::time::Instant::now() + Duration::from_millis(20));
    match client(&base, "tiny").complete(request).await {
        Ok(_) => {}
        Err(error) => assert!(error.is_timeout(), "{error:?}"),
    }
}

#[tokio::test]
async fn aimock_replies() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let client = client(&base, "gpt-4o");
    for question in [
        "What is the capital of France?",
        "Read this invoice.",
        "Which sentiment?",
        "Go out of bounds.",
    ] {
        let mut request = ask(question);
        request.response_format = strict(ANSWER);
        let result = client.clone().complete(request).await;
        judge(&result);
        assert!(result.is_ok(), "{question}: {result:?}");
    }
    let mut request = ask("You will be cut short.");
    request.response_format = strict(ANSWER);
    let response = client.clone().complete(request).await.expect("a response");
    assert_eq!(
        response.completions[0].finish_reason,
        Some(FinishReason::Length)
    );
    let mut request = ask("Give some object.");
    request.response_format = ResponseFormat::JsonObject;
    judge(&client.clone().complete(request).await);
    let plain = client
        .clone()
        .complete(ask("What is the capital of France?"))
        .await
        .expect("a response");
    assert!(
        plain.completions[0]
            .text
            .contains("[[ ## answer ## ]]\nParis")
    );
}

#[tokio::test]
async fn aimock_calls_tools() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let mut request = ask("How is the weather in Paris?");
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
    request.tools = Arc::from([ToolSpec::new("get_weather", "Tells the weather.", schema)]);
    request.tool_choice = ToolChoice::Named("get_weather".to_owned());
    let response = client(&base, "gpt-4o")
        .complete(request)
        .await
        .expect("a response");
    let call = &response.completions[0].tool_calls[0];
    assert_eq!(
        (call.name.as_str(), call.arguments.as_str()),
        ("get_weather", r#"{"city":"Paris"}"#)
    );
}

#[tokio::test]
async fn aimock_fails_in_every_kind() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let client = client(&base, "gpt-4o");
    for (question, kind) in [
        ("too many requests", ErrorKind::RateLimited),
        ("no credit left", ErrorKind::QuotaSpent),
        ("wrong key", ErrorKind::Authentication),
        ("prompt too long", ErrorKind::ContextLength),
        ("not allowed by the filter", ErrorKind::ContentFilter),
        ("server breaks", ErrorKind::Server),
        ("overloaded", ErrorKind::Server),
    ] {
        let error = fails(&client, ask(question)).await;
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.request_id().is_some(), "{error:?}");
    }
    let error = fails(&client, ask("too many requests")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
}

/// Streams of servers that nobody here wrote: the pieces are the whole.
#[tokio::test]
async fn streams() {
    use sigflow_core::{Ask, DynSignature, Lm};
    for variable in ["SIGFLOW_AIMOCK_URL", "SIGFLOW_LLAMA_URL"] {
        let Some(base) = server(variable) else {
            continue;
        };
        let client = client(&base, "gpt-5-mini");
        let mut request = ask("What is the capital of France?");
        request.settings.max_tokens = Some(40);
        request.settings.seed = Some(7);
        request.settings.temperature = Some(0.0);
        let whole = client.clone().complete(request.clone()).await;
        let mut stream = client.clone().stream(request);
        let (mut text, mut pieces, mut ended) = (String::new(), 0, false);
        while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            match chunk.expect("a chunk") {
                sigflow_core::Chunk::Text(more) => {
                    text += &more;
                    pieces += 1;
                }
                sigflow_core::Chunk::End(_) => ended = true,
                _ => {}
            }
        }
        assert!(ended && pieces > 1, "{variable}: {pieces} pieces");
        if variable == "SIGFLOW_AIMOCK_URL" {
            assert_eq!(text, whole.expect("a reply").completions[0].text);
            let signature =
                DynSignature::parse("question -> answer, confidence: float").expect("one");
            let question = signature.ask([("question", "the capital of France?".into())]);
            let mut stream = question
                .expect("one")
                .predict()
                .adapter(sigflow_core::Adapter::Chat);
            stream = stream.with(&Lm::from_arc(client));
            let mut stream = stream.stream();
            let mut events = 0;
            while stream.next().await.expect("an event").is_some() {
                events += 1;
            }
            assert!(events >= 4, "{events}");
            assert_eq!(
                stream.finish().await.expect("outputs").output["answer"],
                "Paris"
            );
        }
    }
}
