//! What comes back: good replies, bad ones, and every way in which none comes.
#![cfg(feature = "openai")]
mod support;

use serde_json::json;
use sigflow_core::{
    Capabilities, Error, ErrorKind, FinishReason, LanguageModel, Request, Response, Result,
};
use std::{
    error::Error as _,
    sync::Arc,
    time::{Duration, Instant},
};
use support::{KEY, Server, Step, ask, call, http, reply};

async fn fails(script: Vec<Step>) -> Error {
    let server = Server::start(script).await;
    let error = server.call(ask("who?")).await.expect_err("an error");
    assert_eq!(
        server.recorded().len(),
        1,
        "one call is one request: {error:?}"
    );
    error
}
async fn fails_with(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let error = fails(vec![Step::Send(http(status, headers, body))]).await;
    assert_eq!(error.status(), Some(status), "{error:?}");
    assert_eq!(error.raw_reply(), Some(body), "the whole body");
    error
}

#[tokio::test]
async fn a_good_reply() {
    let body = json!({
        "id": "chatcmpl-1", "model": "gpt-5-mini-2026-01-01",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "42"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    })
    .to_string();
    let server = Server::start(vec![Step::Send(http(
        200,
        &[("x-request-id", "req-7")],
        &body,
    ))])
    .await;
    let client = server.client();
    assert_eq!(
        (client.name(), client.capabilities()),
        ("gpt-5-mini", Capabilities::ALL)
    );
    let response = call(client, ask("who?")).await.expect("a response");
    assert_eq!(response.completions[0].text, "42");
    assert_eq!(
        response.completions[0].finish_reason,
        Some(FinishReason::Stop)
    );
    assert_eq!(response.model, "gpt-5-mini-2026-01-01");
    assert_eq!(response.request_id.as_deref(), Some("req-7"));
    assert_eq!(response.usage.map(|usage| usage.total_tokens()), Some(12));
    assert_eq!(response.raw.as_deref(), Some(body.as_str()));
}

#[tokio::test]
async fn several_completions_and_tool_calls() {
    let body = json!({"choices": [
        {"index": 1, "message": {"content": "b"}},
        {"index": 0, "message": {"content": null, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
            "finish_reason": "tool_calls"},
    ]});
    let response = Server::json(body)
        .await
        .call(ask("who?"))
        .await
        .expect("a response");
    let [first, second] = &response.completions[..] else {
        panic!("two")
    };
    assert_eq!(
        (
            first.tool_calls[0].name.as_str(),
            first.tool_calls[0].arguments.as_str()
        ),
        ("f", "{\"x\":1}")
    );
    assert_eq!(first.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!((second.text.as_str(), response.usage), ("b", None));
}

/// What a server does that knows no streams.
#[tokio::test]
async fn a_stream_may_be_the_whole_reply() {
    let server = Server::json(reply("all of it")).await;
    let mut stream = Arc::new(server.client()).stream(ask("who?"));
    let mut whole = String::new();
    while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if let sigflow_core::Chunk::Text(text) = chunk.expect("a piece of the reply") {
            whole += &text;
        }
    }
    assert_eq!(whole, "all of it");
}

#[tokio::test]
async fn kinds_of_failures() {
    let of = |code: &str| {
        json!({"error": {"message": "words", "type": "t", "param": null, "code": code}}).to_string()
    };
    for (status, body, kind) in [
        (400, of("x"), ErrorKind::BadRequest),
        (401, of("invalid_api_key"), ErrorKind::Authentication),
        (403, of("x"), ErrorKind::Authentication),
        (404, of("model_not_found"), ErrorKind::BadRequest),
        (413, of("x"), ErrorKind::BadRequest),
        (422, of("x"), ErrorKind::BadRequest),
        (429, of("rate_limit_exceeded"), ErrorKind::RateLimited),
        (429, of("insufficient_quota"), ErrorKind::QuotaSpent),
        (400, of("context_length_exceeded"), ErrorKind::ContextLength),
        (
            400,
            of("content_policy_violation"),
            ErrorKind::ContentFilter,
        ),
        (500, of("x"), ErrorKind::Server),
        (503, of("x"), ErrorKind::Server),
        (529, of("overloaded"), ErrorKind::Server),
    ] {
        let error = fails_with(status, &[("x-request-id", "req-9")], &body).await;
        assert_eq!(error.kind(), kind, "{error:?}");
        assert_eq!(error.provider_message(), Some("words"));
        assert_eq!(error.request_id(), Some("req-9"));
        let shown = error.to_string();
        assert!(
            shown.starts_with("127.0.0.1:") && shown.contains(&format!("(HTTP {status}): words")),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_back() {
    let body = r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#;
    let error = fails_with(429, &[("Retry-After", "2")], body).await;
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    let error = fails_with(
        429,
        &[("Retry-After-Ms", "1500"), ("Retry-After", "9")],
        body,
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
    let error = fails_with(
        429,
        &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")],
        body,
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
    let error = fails_with(503, &[("retry-after", "999999999")], "").await;
    assert_eq!(error.retry_after(), Some(Duration::from_hours(24)));
    let error = fails_with(429, &[("x-ratelimit-reset-requests", "6m0s")], body).await;
    assert_eq!(error.retry_after(), Some(Duration::from_mins(6)));
    // Nobody gets money by waiting.
    let error = fails_with(
        429,
        &[("Retry-After", "2")],
        r#"{"error":{"message":"m","code":"insufficient_quota"}}"#,
    )
    .await;
    assert_eq!(error.retry_after(), None);
    assert!(error.to_string().contains("quota"), "{error}");
}

#[tokio::test]
async fn a_page_of_a_proxy_is_told_in_short() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>";
    let error = fails_with(502, &[("content-type", "text/html")], page).await;
    assert!(error.is_server());
    assert_eq!(
        error.provider_message(),
        Some("an HTML page, “502 Bad Gateway”")
    );
}

#[tokio::test]
async fn errors_without_words() {
    let error = fails_with(500, &[], "").await;
    assert!(
        error.is_server() && error.provider_message().is_none(),
        "{error:?}"
    );
    let missing = fails_with(404, &[], "404 page not found").await;
    assert!(
        missing.to_string().contains("/v1/chat/completions"),
        "{missing}"
    );
}

#[tokio::test]
async fn an_error_inside_of_success() {
    let error = fails_with(
        200,
        &[],
        r#"{"error":{"message":"upstream","type":"server_error","code":500}}"#,
    )
    .await;
    assert!(error.is_server());
    assert_eq!(error.provider_message(), Some("upstream"));
}

#[tokio::test]
async fn a_refusal() {
    let body = json!({"choices": [{"message": {"content": null, "refusal": "I cannot help."}}]})
        .to_string();
    let error = fails_with(200, &[], &body).await;
    assert!(error.is_content_filter() && !error.is_retryable());
    assert_eq!(error.provider_message(), Some("I cannot help."));
}

#[tokio::test]
async fn bodies_that_are_no_reply() {
    for body in ["", "OK", "{\"choices\": [", "[]", "{}", r#"{"choices":[]}"#] {
        let error = fails_with(200, &[], body).await;
        assert!(error.is_decode(), "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Server::json(reply("stolen")).await;
    let place = format!("{}/elsewhere", other.base);
    let error = fails_with(307, &[("Location", &place)], "").await;
    assert!(
        error.is_configuration() && error.to_string().contains(&place),
        "{error}"
    );
    assert!(
        other.recorded().is_empty(),
        "neither key nor prompt went there"
    );
}

#[tokio::test]
async fn wrong_bytes_do_not_lose_a_reply() {
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"a"
            .to_vec();
    bytes.extend_from_slice(b"\xff\xfeb\"}}]}");
    let server = Server::start(vec![Step::SendAndClose(bytes)]).await;
    let response = server.call(ask("who?")).await.expect("a response");
    assert_eq!(response.completions[0].text, "a\u{fffd}\u{fffd}b");
}

#[tokio::test]
async fn connections_that_fail() {
    let whole = reply("x").to_string();
    let half = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-request-id: r1\r\n\r\n{}",
        whole.len(),
        &whole[..20]
    );
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"cho\r\n".to_vec();
    for (name, step) in [
        ("closed before a byte", Step::SendAndClose(Vec::new())),
        (
            "closed in the head",
            Step::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-".to_vec()),
        ),
        ("reset before a byte", Step::Reset(Vec::new())),
        (
            "closed in the body",
            Step::SendAndClose(half.clone().into_bytes()),
        ),
        ("reset in the body", Step::Reset(half.into_bytes())),
        ("no last chunk", Step::SendAndClose(chunked)),
    ] {
        let error = fails(vec![step]).await;
        assert!(
            error.is_transport() && error.is_retryable(),
            "{name}: {error:?}"
        );
        if name.ends_with("the body") {
            assert_eq!(
                error.raw_reply(),
                Some(&whole[..20]),
                "{name}: what came is kept"
            );
            assert_eq!(
                (error.status(), error.request_id()),
                (Some(200), Some("r1"))
            );
        }
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
    drop(listener);
    let client = sigflow_providers::OpenAi::builder("m")
        .base_url(base)
        .build()
        .expect("a client");
    let error = call(client, ask("who?")).await.expect_err("an error");
    assert!(
        error.is_transport() && error.to_string().contains("refused"),
        "{error:?}"
    );
    assert!(error.source().is_some());
    let client = sigflow_providers::OpenAi::builder("m")
        .base_url("http://no-such-host.invalid/v1")
        .build();
    let error = call(client.expect("a client"), ask("who?"))
        .await
        .expect_err("an error");
    assert!(error.is_transport() || error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn what_is_no_http() {
    let error = fails(vec![Step::SendAndClose(
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(),
    )])
    .await;
    assert!(error.is_decode(), "{error:?}");
    let huge = format!(
        "HTTP/1.1 200 OK\r\nx-huge: {}\r\n\r\n",
        "a".repeat(2_000_000)
    );
    let error = fails(vec![Step::SendAndClose(huge.into_bytes())]).await;
    assert!(error.is_decode() || error.is_transport(), "{error:?}");
}

#[tokio::test]
async fn the_status_of_a_cut_failure_counts() {
    let bytes =
        b"HTTP/1.1 429 X\r\nretry-after: 3\r\ncontent-length: 500\r\n\r\n{\"error\":".to_vec();
    let error = fails(vec![Step::SendAndClose(bytes)]).await;
    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(
        (error.retry_after(), error.raw_reply()),
        (Some(Duration::from_secs(3)), Some("{\"error\":"))
    );
}

async fn timed(
    server: &Server,
    client: sigflow_providers::OpenAi,
    request: Request,
) -> (Result<Response>, Duration) {
    let start = Instant::now();
    let result = call(client, request).await;
    assert!(server.recorded().len() <= 1);
    (result, start.elapsed())
}

#[tokio::test]
async fn every_phase_has_its_end() {
    let limit = Duration::from_millis(150);
    // Far below the default of two minutes, and far above what a busy machine adds.
    let soon = Duration::from_secs(10);
    let near = |spent: Duration| spent >= limit && spent < soon;
    let silent = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let client = silent
        .builder()
        .total_timeout(limit)
        .build()
        .expect("a client");
    let (result, spent) = timed(&silent, client, ask("who?")).await;
    let error = result.expect_err("too late");
    assert!(
        error.is_timeout() && error.is_retryable() && near(spent),
        "{error:?} {spent:?}"
    );
    assert!(error.to_string().contains("total timeout"), "{error}");

    let silent = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let client = silent
        .builder()
        .first_token_timeout(limit)
        .build()
        .expect("a client");
    let (result, spent) = timed(&silent, client, ask("who?")).await;
    let error = result.expect_err("too late");
    assert!(
        error.is_timeout() && near(spent) && error.to_string().contains("first token timeout"),
        "{error:?} {spent:?}"
    );

    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"half\":".to_vec();
    let stalled = Server::start(vec![Step::SendAndStall(half)]).await;
    let mut request = ask("who?");
    request.deadline = Some(Instant::now() + limit);
    let (result, spent) = timed(&stalled, stalled.client(), request).await;
    let error = result.expect_err("too late");
    assert!(error.is_timeout() && spent < soon, "{error:?} {spent:?}");
    let words = error.to_string();
    assert!(
        words.contains("deadline of the call") && words.contains("body"),
        "{words}"
    );
    assert_eq!(error.raw_reply(), Some("{\"half\":"));

    let slow = Server::start(vec![Step::Wait(
        limit,
        http(200, &[], &reply("late").to_string()),
    )])
    .await;
    let (result, spent) = timed(&slow, slow.client(), ask("who?")).await;
    assert!(result.is_ok() && near(spent), "in time after all");
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent() {
    let server = Server::json(reply("x")).await;
    let mut request = ask("who?");
    request.deadline = Some(Instant::now());
    let error = server.call(request).await.expect_err("too late");
    assert!(
        error.is_timeout() && error.to_string().contains("nothing was sent"),
        "{error}"
    );
    assert!(server.recorded().is_empty());
    // A limit without end overflows nothing.
    let client = server
        .builder()
        .total_timeout(Duration::MAX)
        .first_token_timeout(Duration::MAX);
    call(client.build().expect("a client"), ask("who?"))
        .await
        .expect("a response");
}

#[tokio::test]
async fn a_handle_with_a_timeout_keeps_what_is_known() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"half\":".to_vec();
    let server = Server::start(vec![Step::SendAndStall(half)]).await;
    let lm = sigflow_core::Lm::new(server.client()).timeout(Duration::from_millis(150));
    // The handle has a timer of its own for the same moment; ours knows the phase and must win.
    for _ in 0..5 {
        let error = lm.complete(ask("who?")).await.expect_err("too late");
        assert!(
            error.is_timeout() && error.to_string().contains("body"),
            "{error:?}"
        );
        assert_eq!(error.raw_reply(), Some("{\"half\":"));
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_server_without_tls() {
    // One that waits for a request line, and one that answers what it does not understand.
    let silent = Server::json(reply("x")).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut hello = [0; 64];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut hello).await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &http(400, &[], "")).await;
    });
    let plain = format!("https://{address}/v1");
    for (base, kind) in [
        (plain, ErrorKind::Transport),
        (silent.base.replace("http:", "https:"), ErrorKind::Timeout),
    ] {
        let limit = Duration::from_millis(300);
        let builder = silent.builder().base_url(base).connect_timeout(limit);
        let result = call(builder.build().expect("a client"), ask("who?")).await;
        let error = result.expect_err("no TLS");
        // A machine that trusts nobody has no TLS client to begin with.
        assert!(
            error.kind() == kind || error.is_configuration(),
            "{error:?}"
        );
    }
    assert!(silent.recorded().is_empty());
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::json(reply("x")).await;
    let client = Arc::new(server.client());
    for _ in 0..5 {
        client
            .clone()
            .complete(ask("who?"))
            .await
            .expect("a response");
    }
    assert!(
        server
            .recorded()
            .iter()
            .all(|request| request.connection == 0)
    );
}

#[tokio::test]
async fn dropping_a_call_ends_it() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let pending = server.call(ask("who?"));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), pending)
            .await
            .is_err()
    );
    let client = Arc::new(server.client());
    let lazy = client.complete(ask("never polled"));
    drop(lazy);
    assert_eq!(
        server.recorded().len(),
        1,
        "what is not polled sends nothing"
    );
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let client = Arc::new(
        sigflow_providers::OpenAi::builder("m")
            .base_url("http://127.0.0.1:9/v1")
            .build()
            .expect("a client"),
    );
    let mut future = client.complete(ask("who?"));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut cx) {
        std::task::Poll::Ready(Err(error)) => {
            assert!(error.is_configuration() && error.to_string().contains("tokio"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn keys_are_in_no_text() {
    let header = "header-value-\"secret\"";
    let echo = json!({"error": {"message": format!("Incorrect API key provided: {KEY}, {header}"), "code": "invalid_api_key"}});
    let echo = echo.to_string();
    let whole = http(401, &[("x-request-id", KEY)], &echo);
    let plain = http(
        500,
        &[],
        &format!("Authorization: Bearer {KEY}\nX-Own: {header}"),
    );
    let inside = http(200, &[], &json!({"error": {"message": KEY}}).to_string());
    let wrong = http(200, &[], &format!("{KEY} {header}"));
    let refusal = http(
        200,
        &[],
        &json!({"choices": [{"message": {"refusal": KEY}}]}).to_string(),
    );
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{KEY}").into_bytes();
    let moved = http(
        302,
        &[("location", &format!("http://elsewhere/?key={KEY}"))],
        "",
    );
    for step in [whole, plain, inside, wrong, refusal, moved]
        .map(Step::Send)
        .into_iter()
        .chain([Step::SendAndClose(cut)])
    {
        let server = Server::start(vec![step]).await;
        let client = server
            .builder()
            .header("X-Own", header)
            .build()
            .expect("a client");
        let mut texts = vec![format!("{client:?} {client:#?}")];
        let error = call(client, ask("who?")).await.expect_err("an error");
        texts.push(format!("{error} {error:?} {error:#?}"));
        texts.extend(
            [
                error.raw_reply(),
                error.provider_message(),
                error.request_id(),
            ]
            .into_iter()
            .flatten()
            .map(str::to_owned),
        );
        let mut cause = error.source();
        while let Some(source) = cause {
            texts.push(format!("{source} {source:?}"));
            cause = source.source();
        }
        for text in texts {
            assert!(
                !text.contains(KEY) && !text.contains("header-value"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_reply_that_names_the_key_is_whole_and_its_copy_clean() {
    let text = format!("your key is {KEY}");
    let response = Server::json(reply(&text))
        .await
        .call(ask("who?"))
        .await
        .expect("a response");
    assert_eq!(
        response.completions[0].text, text,
        "the answer belongs to the caller"
    );
    assert!(response.raw.is_some_and(|raw| !raw.contains(KEY)));
}

#[tokio::test]
async fn large_replies_have_a_bound() {
    let text = "a".repeat(3_000_000);
    let response = Server::json(reply(&text))
        .await
        .call(ask("who?"))
        .await
        .expect("a response");
    assert_eq!(response.completions[0].text.len(), text.len());
    let endless = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}",
        " ".repeat(65 * 1024 * 1024)
    );
    let error = fails(vec![Step::SendAndClose(endless.into_bytes())]).await;
    assert!(
        error.is_decode() && error.to_string().contains("64 MiB"),
        "{error}"
    );
}
