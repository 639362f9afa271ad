//! The offline model behind a socket, asked by the client of `OpenAI`'s protocol and by hand.
#![cfg(all(feature = "openai", feature = "serve"))]
mod support;

use serde_json::{Value, json};
use sigflow_core::{
    Chunk, Error, ErrorKind, FinishReason, LanguageModel, OutputSchema, Response, ResponseFormat,
    ToolCall, testing::Scripted,
};
use sigflow_providers::{Offline, OpenAi, offline};
use std::{future::poll_fn, path::Path, sync::Arc};
use support::{ask, call};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn client(server: &offline::Server) -> OpenAi {
    let builder = OpenAi::builder("any/name").base_url(server.base_url());
    builder.build().expect("a client")
}

/// A reply to bytes, up to the end of the connection.
async fn raw(server: &offline::Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.expect("UTF-8");
    reply
}

async fn post(server: &offline::Server, body: &str) -> String {
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\nconnection: close";
    raw(
        server,
        &format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
    )
    .await
}

fn judged(name: &str, body: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/openai");
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        return eprintln!("{name} is not there: replies are not checked against it");
    };
    let schema: Value = serde_json::from_str(&text).expect("a schema of JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = schema
        .iter_errors(body)
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}\n{body}");
}

#[tokio::test]
async fn what_comes_over_the_wire_is_what_the_model_says() {
    let server = offline::serve(0).await.expect("a server");
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"},"big":{"type":"boolean"}},"required":["city","big"]}"#;
    let mut asked = ask("[[ ## question ## ]]\nIs Paris big?");
    asked.response_format = ResponseFormat::Schema(OutputSchema::new("a", schema));
    asked.settings.n = Some(2);
    let here = Arc::new(Offline::new())
        .complete(asked.clone())
        .await
        .expect("a response");
    // the same connection serves again
    let model = Arc::new(client(&server));
    for _ in 0..3 {
        let there = model
            .clone()
            .complete(asked.clone())
            .await
            .expect("a response");
        assert_eq!(there.completions.len(), 2);
        assert_eq!(there.completions[0].text, here.completions[0].text);
        assert_eq!(there.completions[0].finish_reason, Some(FinishReason::Stop));
        assert_eq!(there.usage, here.usage);
        assert_eq!(there.model, "any/name");
        let body: Value =
            serde_json::from_str(there.raw.as_deref().expect("a body")).expect("JSON");
        judged("chat.response.schema.json", &body);
    }
}

#[tokio::test]
async fn streams_are_the_same_in_pieces() {
    let server = offline::serve(0).await.expect("a server");
    let asked = ask("[[ ## question ## ]]\nIs Paris big?");
    let whole = call(client(&server), asked.clone())
        .await
        .expect("a response");
    let mut stream = Arc::new(client(&server)).stream(asked);
    let (mut text, mut pieces, mut usage, mut finish) = (String::new(), 0, None, None);
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        match chunk.expect("a good stream") {
            Chunk::Text(more) => {
                text.push_str(&more);
                pieces += 1;
            }
            Chunk::Finish(reason) => finish = Some(reason),
            Chunk::End(tokens) => usage = tokens,
            _ => {}
        }
    }
    assert_eq!(text, whole.completions[0].text);
    assert!(pieces > 1, "{text}");
    assert_eq!((usage, finish), (whole.usage, Some(FinishReason::Stop)));

    let body =
        json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": true});
    let reply = post(&server, &body.to_string()).await;
    let events = reply.lines().filter_map(|line| line.strip_prefix("data: "));
    let events: Vec<&str> = events.collect();
    assert_eq!(events.last(), Some(&"[DONE]"));
    for event in &events[..events.len() - 1] {
        judged(
            "chat.stream_chunk.schema.json",
            &serde_json::from_str(event).expect("JSON"),
        );
    }
    assert!(!reply.contains("\"usage\""), "nobody asked for tokens");
}

#[tokio::test]
async fn calls_and_failures_of_a_model_of_ones_own() {
    let script = Scripted::new([] as [&str; 0])
        .then_response(|| {
            let mut calls = Response::text("");
            calls.completions[0].tool_calls = vec![ToolCall::new("c1", "find", "{\"q\":1}")];
            calls.completions[0].finish_reason = Some(FinishReason::ToolCalls);
            calls
        })
        .then_error(|| Error::new(ErrorKind::RateLimited, "too fast").with_status(429));
    let server = offline::serve_model(0, script.lm())
        .await
        .expect("a server");
    let response = call(client(&server), ask("x")).await.expect("a response");
    let completion = &response.completions[0];
    assert_eq!(
        completion.tool_calls,
        [ToolCall::new("c1", "find", "{\"q\":1}")]
    );
    let error = call(client(&server), ask("x"))
        .await
        .expect_err("a failure");
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(error.to_string().contains("too fast"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told() {
    let server = offline::serve(0).await.expect("a server");
    for (body, words) in [
        ("{", "no JSON"),
        ("{}", "`messages` is missing"),
        (r#"{"messages": []}"#, "asks nothing"),
        (r#"{"messages": [{"role": "x"}]}"#, "role"),
    ] {
        let reply = post(&server, body).await;
        assert!(reply.starts_with("HTTP/1.1 400"), "{reply}");
        assert!(
            reply.contains(words) && reply.contains("invalid_request_error"),
            "{reply}"
        );
    }
    let close = "host: h\r\nconnection: close\r\n\r\n";
    let reply = raw(&server, &format!("GET /v1/models HTTP/1.1\r\n{close}")).await;
    assert!(reply.contains("\"offline\""), "{reply}");
    let reply = raw(&server, &format!("GET /v1/else HTTP/1.1\r\n{close}")).await;
    assert!(reply.starts_with("HTTP/1.1 404"), "{reply}");
    let chunked = "POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
    assert!(raw(&server, chunked).await.starts_with("HTTP/1.1 411"));
    let taken = offline::serve(server.address().port())
        .await
        .expect_err("it is taken");
    assert_eq!(taken.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn a_dropped_server_is_gone() {
    let server = offline::serve(0).await.expect("a server");
    let model = Arc::new(client(&server));
    model.clone().complete(ask("x")).await.expect("a response");
    drop(server);
    tokio::task::yield_now().await;
    let error = model.complete(ask("x")).await.expect_err("nobody is there");
    assert!(error.is_transport(), "{error}");
}
