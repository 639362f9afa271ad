//! Anthropic's Messages and Bedrock's Converse by servers that nobody here wrote.
#![cfg(all(feature = "anthropic", feature = "bedrock"))]
use super::{
    ask, server,
    support::streams::{all, whole},
};
use sigflow_core::{
    Chunk, Completion, Error, ErrorKind, FinishReason, LanguageModel, Message, Request, Result,
    ToolCall, ToolSpec,
};
use sigflow_providers::{Anthropic, Bedrock};
use std::{sync::Arc, time::Duration};

const CLAUDE: &str = "claude-sonnet-4-5";
const PROFILE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

fn anthropic(variable: &str, model: &str) -> Option<Arc<Anthropic>> {
    let builder = Anthropic::builder(model).base_url(server(variable)?);
    let builder = builder
        .api_key("sk-live-test-0123456789")
        .max_tokens(48)
        .total_timeout(Duration::from_mins(1));
    Some(Arc::new(builder.build().expect("a client")))
}

fn bedrock() -> Option<Arc<Bedrock>> {
    let base = server("SIGFLOW_AIMOCK_URL")?;
    let builder = Bedrock::builder(PROFILE)
        .region("us-east-1")
        .credentials("AKIDEXAMPLE", "sk-live-test-0123456789");
    let builder = builder.base_url(base.trim_end_matches("/v1"));
    Some(Arc::new(builder.build().expect("a client")))
}

/// A stream to its end: the reply that its pieces make.
async fn streamed<M: LanguageModel>(model: &Arc<M>, request: Request) -> Result<Completion> {
    let (chunks, error) = all(model.clone(), request).await;
    match error {
        Some(error) => Err(error),
        None => {
            assert!(matches!(chunks.last(), Some(Chunk::End(_))), "{chunks:?}");
            Ok(whole(&chunks))
        }
    }
}

fn weather() -> Request {
    let mut request = ask("the weather in Paris");
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
    request.tools = Arc::from([ToolSpec::new("get_weather", "The weather.", schema)]);
    request
}

/// The same for every model of aimock, whole and in pieces; `signed` says whether its thoughts have signatures.
async fn answers<M: LanguageModel>(model: &Arc<M>, signed: bool) {
    let thinks = || ask("think first");
    let whole = model.clone().complete(thinks()).await.expect("a response");
    let completion = &whole.completions[0];
    assert_eq!(completion.text, "The answer is 4.");
    assert_eq!(completion.reasoning.as_deref(), Some("2 and 2 make 4."));
    assert_eq!(completion.finish_reason, Some(FinishReason::Stop));
    assert_eq!(completion.replay.len(), usize::from(signed));
    let all = streamed(model, thinks()).await.expect("a stream");
    assert_eq!(all.text, completion.text);
    assert_eq!(all.reasoning.as_deref(), Some("2 and 2 make 4."));
    assert_eq!(all.replay.len(), usize::from(signed));
    // what it thought goes back
    let mut next = thinks();
    let turn = Message::of_completion(completion);
    next.turns = vec![Message::user("hello"), turn, Message::user("think first")].into();
    model.clone().complete(next).await.expect("a response");

    let whole = model.clone().complete(weather()).await.expect("a response");
    let call = ToolCall::new("call_weather", "get_weather", r#"{"city":"Paris"}"#);
    assert_eq!(whole.completions[0].tool_calls, std::slice::from_ref(&call));
    assert_eq!(
        whole.completions[0].finish_reason,
        Some(FinishReason::ToolCalls)
    );
    let all = streamed(model, weather()).await.expect("a stream");
    assert_eq!(
        (all.tool_calls, all.finish_reason),
        (vec![call], Some(FinishReason::ToolCalls))
    );

    for (text, kind) in [
        ("too many requests", ErrorKind::RateLimited),
        ("no credit left", ErrorKind::QuotaSpent),
        ("server breaks", ErrorKind::Server),
        ("overloaded", ErrorKind::Server),
    ] {
        let error = model.clone().complete(ask(text)).await.expect_err(text);
        let late = streamed(model, ask(text)).await.expect_err(text);
        for error in [error, late] {
            assert_eq!(error.kind(), kind, "{error:?}");
            assert!(error.raw_reply().is_some() && error.provider_message().is_some());
        }
    }
    let busy = model.clone().complete(ask("too many requests")).await;
    let wait = busy.expect_err("busy").retry_after();
    assert_eq!(wait, Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn aimock_answers_as_anthropic() {
    if let Some(model) = anthropic("SIGFLOW_AIMOCK_URL", CLAUDE) {
        answers(&model, true).await;
    }
}

#[tokio::test]
async fn aimock_answers_as_bedrock() {
    if let Some(model) = bedrock() {
        answers(&model, false).await;
    }
}

#[tokio::test]
async fn llama_answers_as_anthropic() {
    let Some(model) = anthropic("SIGFLOW_LLAMA_URL", "tiny") else {
        return;
    };
    for _ in 0..4 {
        // a connection that the server has just given up is no fault of the format
        let mut whole = model.clone().complete(ask("say something")).await;
        for _ in 0..3 {
            if whole.as_ref().is_err_and(Error::is_transport) {
                whole = model.clone().complete(ask("say something")).await;
            }
        }
        let whole = whole.expect("a response");
        let usage = whole.usage.expect("it counts");
        assert!(
            usage.input_tokens > 0 && (1..=48).contains(&usage.output_tokens),
            "{usage:?}"
        );
        let all = streamed(&model, ask("say something"))
            .await
            .expect("a stream");
        assert!(all.finish_reason.is_some(), "{all:?}");
    }
    let long = ask(&"word ".repeat(40_000));
    let error: Error = model.complete(long).await.expect_err("too long");
    assert!(error.is_context_length(), "{error:?}");
}
