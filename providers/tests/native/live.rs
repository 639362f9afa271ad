//! Calls to aimock, a server that nobody here wrote. `eval "$(.ci/counterparts.sh)"` starts it and sets
//! `SIGFLOW_AIMOCK_URL`; without the variable these tests say so and pass.
use crate::support::{
    ask,
    live::server,
    streams::{all, whole},
};
use serde_json::Value;
use sigflow_core::{
    Chunk, EmbedRequest, Embedder, Error, ErrorKind, FinishReason, LanguageModel, OutputSchema,
    Request, Response, ResponseFormat, Result, ToolSpec,
};
use sigflow_providers::{Gemini, GeminiApi, Ollama, OpenAi};
use std::{sync::Arc, time::Duration};

const KEY: &str = "live-test-0123456789";

/// A client of each format, with its name.
fn clients(base: &str) -> Vec<(&'static str, Arc<dyn LanguageModel>)> {
    let gemini = |api| -> Arc<dyn LanguageModel> {
        let builder = Gemini::builder("gemini-2.5-flash").base_url(base);
        Arc::new(builder.api_key(KEY).api(api).build().expect("a client"))
    };
    let ollama = Ollama::builder("llama3.2").base_url(base).build();
    vec![
        ("generateContent", gemini(GeminiApi::GenerateContent)),
        ("Interactions", gemini(GeminiApi::Interactions)),
        ("Ollama", Arc::new(ollama.expect("a client"))),
    ]
}

/// A stream put together again.
async fn heard(client: Arc<dyn LanguageModel>, request: Request) -> Result<(Response, usize)> {
    let (chunks, error) = all(client, request).await;
    if let Some(error) = error {
        return Err(error);
    }
    let Some(Chunk::End(usage)) = chunks.last() else {
        panic!("a stream without an end");
    };
    let mut response = Response::text("");
    response.completions = vec![whole(&chunks)];
    response.usage = *usage;
    let pieces = chunks
        .iter()
        .filter(|chunk| matches!(chunk, Chunk::Text(_)));
    Ok((response, pieces.count()))
}

#[tokio::test]
async fn whole_replies_and_streams_say_the_same() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    for (name, client) in clients(&base) {
        let request = ask("What is the capital of France?");
        let whole = client
            .clone()
            .complete(request.clone())
            .await
            .expect("a reply");
        let completion = &whole.completions[0];
        assert!(
            completion.text.contains("[[ ## answer ## ]]\nParis"),
            "{name}"
        );
        assert_eq!(completion.finish_reason, Some(FinishReason::Stop), "{name}");
        assert!(whole.usage.is_some() && whole.raw.is_some(), "{name}");
        let (streamed, pieces) = heard(client, request).await.expect("a stream");
        assert_eq!(streamed.completions[0].text, completion.text, "{name}");
        assert_eq!(
            streamed.completions[0].finish_reason,
            completion.finish_reason
        );
        assert!(pieces > 1, "{name}: {pieces} pieces");
    }
}

#[tokio::test]
async fn thoughts_stand_apart() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    // aimock has none in Interactions
    for (name, client) in clients(&base)
        .into_iter()
        .filter(|(name, _)| *name != "Interactions")
    {
        let mut request = ask("think first");
        request.settings.reasoning_effort = Some(sigflow_core::Effort::Low);
        let whole = client
            .clone()
            .complete(request.clone())
            .await
            .expect("a reply");
        let (streamed, _) = heard(client, request).await.expect("a stream");
        for response in [whole, streamed] {
            let completion = &response.completions[0];
            assert_eq!(
                completion.reasoning.as_deref(),
                Some("2 and 2 make 4."),
                "{name}"
            );
            assert_eq!(completion.text, "The answer is 4.", "{name}");
        }
    }
}

#[tokio::test]
async fn tools_and_schemas() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
    for (name, client) in clients(&base) {
        let mut request = ask("How is the weather in Paris?");
        request.tools = Arc::from([ToolSpec::new("get_weather", "Tells the weather.", schema)]);
        let whole = client
            .clone()
            .complete(request.clone())
            .await
            .expect("a reply");
        let (streamed, _) = heard(client.clone(), request).await.expect("a stream");
        for response in [whole, streamed] {
            let completion = &response.completions[0];
            let call = &completion.tool_calls[0];
            let expected = ("get_weather", r#"{"city":"Paris"}"#);
            assert_eq!(
                (call.name.as_str(), call.arguments.as_str()),
                expected,
                "{name}"
            );
            assert_eq!(
                completion.finish_reason,
                Some(FinishReason::ToolCalls),
                "{name}"
            );
        }
        let mut request = ask("answer by the native schema");
        let mut output = OutputSchema::new("answer", r#"{"type":"object"}"#);
        output.gemini = Some(r#"{"type":"object"}"#.into());
        request.response_format = ResponseFormat::Schema(output);
        let reply = client.complete(request).await.expect("a reply");
        let answer: Value = serde_json::from_str(&reply.completions[0].text).expect("JSON");
        assert_eq!(answer["answer"], "Paris", "{name}");
    }
}

#[tokio::test]
async fn failures_of_every_kind() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    for (name, client) in clients(&base) {
        for (question, kind) in [
            ("too many requests", ErrorKind::RateLimited),
            ("no credit left", ErrorKind::QuotaSpent),
            ("wrong key", ErrorKind::Authentication),
            ("prompt too long", ErrorKind::ContextLength),
            ("server breaks", ErrorKind::Server),
            ("overloaded", ErrorKind::Server),
        ] {
            let whole = client
                .clone()
                .complete(ask(question))
                .await
                .expect_err("an error");
            let streamed = heard(client.clone(), ask(question))
                .await
                .expect_err("an error");
            for error in [whole, streamed] {
                judge(name, question, kind, &error);
            }
        }
        let error = client.clone().complete(ask("too many requests")).await;
        let wait = error.expect_err("an error").retry_after();
        assert_eq!(wait, Some(Duration::from_secs(2)), "{name}");
        // the server closes the connection
        let error = heard(client, ask("end before you are done"))
            .await
            .expect_err("an error");
        assert!(
            error.is_incomplete_stream() || error.is_transport(),
            "{name}: {error:?}"
        );
    }
}

#[track_caller]
fn judge(name: &str, question: &str, kind: ErrorKind, error: &Error) {
    assert_eq!(error.kind(), kind, "{name}: {question}: {error:?}");
    assert!(
        error.status().is_some() && error.raw_reply().is_some(),
        "{name}: {error:?}"
    );
    assert!(
        error.provider_message().is_some() && error.request_id().is_some(),
        "{name}: {error:?}"
    );
    assert!(!format!("{error:?}").contains(KEY));
}

#[tokio::test]
async fn vectors() {
    let Some(base) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let expected = vec![0.5, -0.25, 0.125];
    let text = "passages of cats";
    let openai = OpenAi::embedder("text-embedding-3-small").base_url(format!("{base}/v1"));
    let gemini = Gemini::embedder("gemini-embedding-001").base_url(&base);
    let ollama = Ollama::embedder("nomic-embed-text").base_url(&base);
    for builder in [openai.clone(), gemini, ollama] {
        let client = builder.api_key(KEY).build().expect("a client");
        let embeddings = client.embed(EmbedRequest::new([text])).await;
        let embeddings = embeddings.unwrap_or_else(|error| panic!("{client:?}: {error:?}"));
        assert_eq!(embeddings.vectors, [expected.as_slice()], "{client:?}");
    }
    let client = openai.batch(2).build().expect("a client");
    let embeddings = client
        .embed(EmbedRequest::new([text; 5]))
        .await
        .expect("vectors");
    assert_eq!(embeddings.vectors, vec![expected; 5]);
}
