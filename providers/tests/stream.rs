//! Replies in pieces: good streams, cut ones, and errors in the middle.
#![cfg(feature = "openai")]
mod support;

use sigflow_core::{Chunk, Error, ErrorKind, FinishReason, Lm, Result, Usage};
use std::{sync::Arc, time::Duration};
use support::{
    Server, Step, ask, http,
    streams::{all, text},
};

const TYPE: (&str, &str) = ("content-type", "text/event-stream");

/// A reply of events, its length being told or not.
fn events(events: &str) -> Vec<u8> {
    http(200, &[TYPE], events)
}

const GOOD: &str = "\u{feff}: hello\n\n\
data: {\"id\":\"c-1\",\"model\":\"gpt-5-mini-2026\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}\r\n\r\n\
data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n\
data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Par\"}},{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n\
data: {\"choices\":[{\"index\":0,\"delta\":\ndata: {\"content\":\"is é😀\"}}]}\n\n\
data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}\n\n\
data: [DONE]\n\n";

fn is_good(chunks: &[Chunk]) {
    assert_eq!(text(chunks), "Paris é😀");
    assert!(
        matches!(&chunks[0], Chunk::Head { model, request_id: Some(id) } if model == "gpt-5-mini-2026" && id == "c-1")
    );
    assert!(matches!(&chunks[1], Chunk::Reasoning(text) if text == "hm"));
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Finish(FinishReason::Stop)))
    );
    assert!(matches!(chunks.last(), Some(Chunk::End(Some(usage))) if *usage == Usage::new(9, 3)));
}

#[tokio::test]
async fn a_good_stream() {
    let server = Server::start(vec![Step::Send(events(GOOD))]).await;
    let (chunks, error) = all(Arc::new(server.client()), ask("who?")).await;
    assert!(error.is_none(), "{error:?}");
    is_good(&chunks);
    let body = server.streams()[0].json();
    assert_eq!(
        (&body["stream"], &body["stream_options"]["include_usage"]),
        (&true.into(), &true.into())
    );
    // a server that takes no such question is asked none
    let client = server
        .builder()
        .stream_usage(false)
        .build()
        .expect("a client");
    all(Arc::new(client), ask("who?")).await;
    let body = server.streams()[1].json();
    assert!(body["stream"] == true && body.get("stream_options").is_none());
}

/// A connection that gives a few bytes at a time, in the middle of characters, lines and events.
#[tokio::test]
async fn a_stream_cut_anywhere() {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    for size in [1, 7, 50] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = vec![0; 64 * 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.set_nodelay(true);
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            for piece in GOOD.as_bytes().chunks(size) {
                let _ = stream.write_all(piece).await;
                let _ = stream.flush().await;
                tokio::task::yield_now().await;
            }
        });
        let client = sigflow_providers::OpenAi::builder("m")
            .base_url(&base)
            .build()
            .expect("a client");
        let (chunks, error) = all(Arc::new(client), ask("who?")).await;
        assert!(error.is_none(), "{error:?}");
        is_good(&chunks);
    }
}

#[tokio::test]
async fn tool_calls_come_in_pieces() {
    let body = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"look\",\"arguments\":\"\"}}]}}]}\n\n\
data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"a\\\"\"}}]}}]}\n\n\
data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]";
    let server = Server::start(vec![Step::SendAndClose(events(body))]).await;
    let (chunks, error) = all(Arc::new(server.client()), ask("who?")).await;
    assert!(error.is_none(), "{error:?}");
    let (mut whole, mut names) = (String::new(), String::new());
    for chunk in &chunks {
        if let Chunk::ToolCall {
            id,
            name,
            arguments,
            index: 0,
            ..
        } = chunk
        {
            whole += arguments;
            names += id.as_ref();
            names += name.as_ref();
        }
    }
    assert_eq!(
        (whole.as_str(), names.as_str()),
        ("{\"a\":1}", "call_1look")
    );
}

async fn breaks(steps: Vec<Step>) -> (String, Error) {
    let server = Server::start(steps).await;
    let (chunks, error) = all(Arc::new(server.client()), ask("who?")).await;
    assert_eq!(server.streams().len(), 1, "one call is one request");
    (text(&chunks), error.expect("an error"))
}

const BEGIN: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Par\"}}]}\n\n";

#[tokio::test]
async fn a_stream_without_its_end_is_an_error_with_the_text_so_far() {
    let (text, error) = breaks(vec![Step::SendAndClose(events(BEGIN))]).await;
    assert_eq!(
        (text.as_str(), error.kind()),
        ("Par", ErrorKind::IncompleteStream)
    );
    assert_eq!(error.raw_reply(), Some("Par"));
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 10000\r\n\r\n{BEGIN}"
    );
    let (text, error) = breaks(vec![Step::Reset(head.clone().into_bytes())]).await;
    assert_eq!(
        (text.as_str(), error.kind()),
        ("Par", ErrorKind::IncompleteStream),
        "{error:?}"
    );
    // the last word was said: what is missing is not of the reply
    let said =
        "data: {\"choices\":[{\"delta\":{\"content\":\"Par\"},\"finish_reason\":\"stop\"}]}\n\n";
    let server = Server::start(vec![Step::SendAndClose(events(said))]).await;
    assert!(
        all(Arc::new(server.client()), ask("who?"))
            .await
            .1
            .is_none()
    );
    // a server that says nothing more
    let server = Server::start(vec![Step::SendAndStall(head.into_bytes())]).await;
    let client = server
        .builder()
        .total_timeout(Duration::from_millis(300))
        .build()
        .expect("a client");
    let error = all(Arc::new(client), ask("who?"))
        .await
        .1
        .expect("an error");
    assert_eq!(
        (error.kind(), error.raw_reply()),
        (ErrorKind::Timeout, Some("Par"))
    );
}

#[tokio::test]
async fn errors_in_a_stream_are_typed() {
    let rate = format!(
        "{BEGIN}data: {{\"error\":{{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}}}\n\n"
    );
    let (text, error) = breaks(vec![Step::Send(events(&rate))]).await;
    assert_eq!(
        (text.as_str(), error.kind()),
        ("Par", ErrorKind::RateLimited)
    );
    assert_eq!(
        (error.provider_message(), error.raw_reply()),
        (Some("slow down"), Some("Par"))
    );
    let (_, error) = breaks(vec![Step::Send(events("data: <html>\n\n"))]).await;
    assert_eq!(
        (error.kind(), error.raw_reply()),
        (ErrorKind::Decode, Some("<html>"))
    );
    let (_, error) = breaks(vec![Step::Send(http(
        429,
        &[("retry-after", "2")],
        "{\"error\":{\"message\":\"m\"}}",
    ))])
    .await;
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::RateLimited, Some(Duration::from_secs(2)))
    );
    let refusal = "data: {\"choices\":[{\"delta\":{\"refusal\":\"I \"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"refusal\":\"won't\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let (_, error) = breaks(vec![Step::Send(events(refusal))]).await;
    assert_eq!(
        (error.kind(), error.provider_message()),
        (ErrorKind::ContentFilter, Some("I won't"))
    );
}

/// A server that knows no streams answers whole.
#[tokio::test]
async fn a_whole_reply_is_a_stream_too() -> Result<()> {
    let body = "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"[[ ## answer ## ]]\\nParis\"},\"finish_reason\":\"stop\"}]}";
    let server = Server::start(vec![Step::Send(http(
        200,
        &[("content-type", "application/json")],
        body,
    ))])
    .await;
    let lm = Lm::new(server.client());
    let signature = sigflow_core::DynSignature::parse("question -> answer")?;
    let question = sigflow_core::Ask::predict(signature.ask([("question", "?".into())])?);
    let prediction = question.with(&lm).stream().finish().await?;
    assert_eq!(
        (&prediction.output["answer"], prediction.model.as_str()),
        (&"Paris".into(), "m")
    );
    Ok(())
}

/// What is no stream at all is not taken for one that ended too soon.
#[tokio::test]
async fn pages_and_packed_streams_are_told_as_such() {
    let page = http(
        200,
        &[("content-type", "text/html; charset=utf-8")],
        "<!doctype html><title>Sign in</title>",
    );
    let (_, error) = breaks(vec![Step::Send(page)]).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("an HTML page, “Sign in”"),
        "{error}"
    );
    assert!(
        error
            .raw_reply()
            .is_some_and(|body| body.contains("doctype"))
    );
    let packed = http(200, &[TYPE, ("content-encoding", "gzip")], GOOD);
    let (_, error) = breaks(vec![Step::Send(packed)]).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("packed with `gzip`"), "{error}");
}

/// A stream that falls silent is left by the idle limit, although its first token might have taken longer.
#[tokio::test]
async fn the_idle_limit_holds_from_the_first_piece_on() {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = vec![0; 64 * 1024];
        let _ = stream.read(&mut request).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        let _ = stream.write_all(head.as_bytes()).await;
        // The stream is waited for before its first piece, by the other limit.
        tokio::time::sleep(Duration::from_millis(150)).await;
        let _ = stream.write_all(BEGIN.as_bytes()).await;
        // Until the client goes.
        let _ = stream.read(&mut request).await;
    });
    let client = sigflow_providers::OpenAi::builder("m")
        .base_url(&base)
        .first_token_timeout(Duration::from_secs(100))
        .idle_timeout(Duration::from_millis(200))
        .build()
        .expect("a client");
    let (_, error) =
        tokio::time::timeout(Duration::from_secs(50), all(Arc::new(client), ask("who?")))
            .await
            .expect("it is left");
    let error = error.expect("an error");
    assert_eq!(error.phase(), Some(sigflow_core::Phase::Idle), "{error}");
    assert_eq!(error.raw_reply(), Some("Par"));
}
