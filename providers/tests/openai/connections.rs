//! Connections that fail, and what becomes of them.
use super::{fails, fails_with};
use crate::support::{Server, Step, ask, call, http, reply};
use sigflow_core::{ErrorKind, LanguageModel};
use sigflow_providers::OpenAi;
use std::{error::Error as _, sync::Arc, time::Duration};

/// A thousand calls that wait are a thousand such futures. Each copy of a request in one would add half a kilobyte.
#[test]
fn a_call_that_waits_has_room_for_one_request() {
    let client = OpenAi::builder("m").base_url("http://127.0.0.1:1");
    let client = Arc::new(client.api_key("sk-0123456789").build().expect("a client"));
    let call = client.complete(ask("Hello"));
    let size = std::mem::size_of_val(&*call);
    assert!(size < 2_000, "{size} bytes");
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
