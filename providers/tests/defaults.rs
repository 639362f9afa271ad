//! The figures of the transport, row by row as the reference has them (defaults, section 4): what a client holds to when
//! nobody set anything. Figures that show in `Debug` are read there; the others by what happens.
#![cfg(feature = "openai")]
mod support;

use sigflow_core::{ErrorKind, LanguageModel, Phase};
use sigflow_providers::OpenAi;
use std::{sync::Arc, time::Duration};
use support::{Server, Step, ask, call, http, reply};

/// Connect 5 s, first token 30 s, idle 10 s, total 120 s, a place 30 s: nothing is set, so these hold.
#[test]
fn limits_of_time() {
    let debug = format!(
        "{:?}",
        OpenAi::builder("m").api_key("k").build().expect("a client")
    );
    for row in [
        "connect: 5s",
        "first_token: None",
        "idle: None",
        "total: 120s",
        "place: 30s",
    ] {
        assert!(debug.contains(row), "{row} in {debug}");
    }
}

/// A whole reply: 120 s, and the phase is told.
#[tokio::test(start_paused = true)]
async fn total_120_s() {
    let (server, start) = (
        Server::start(vec![Step::SendAndStall(Vec::new())]).await,
        tokio::time::Instant::now(),
    );
    let error = call(server.client(), ask("q")).await.expect_err("silence");
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Some(Phase::Total))
    );
    assert_eq!(start.elapsed().as_secs(), 120);
}

async fn stream(server: &Server) -> (Option<Phase>, u64) {
    let start = tokio::time::Instant::now();
    let mut stream = Arc::new(server.client()).stream(ask("q"));
    loop {
        match std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            Some(Ok(_)) => {}
            Some(Err(error)) => return (error.phase(), start.elapsed().as_secs()),
            None => return (None, start.elapsed().as_secs()),
        }
    }
}

/// A stream: 30 s for its first sign.
#[tokio::test(start_paused = true)]
async fn first_token_30_s() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    assert_eq!(stream(&server).await, (Some(Phase::FirstToken), 30));
}

/// Then 10 s between two.
#[tokio::test(start_paused = true)]
async fn idle_10_s() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let event = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
    let server = Server::start(vec![Step::SendAndStall([&head[..], event].concat())]).await;
    assert_eq!(stream(&server).await, (Some(Phase::Idle), 10));
}

/// 50 calls at the same time, the next waits for 30 s; nothing of it was sent.
#[tokio::test(start_paused = true)]
async fn fifty_calls_and_30_s_for_a_place() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let client = Arc::new(server.client());
    let calls: Vec<_> = (0..51)
        .map(|_| tokio::spawn(client.clone().complete(ask("q"))))
        .collect();
    let start = tokio::time::Instant::now();
    let mut kinds = Vec::new();
    for call in calls {
        kinds.push(call.await.expect("no panic").expect_err("silence").kind());
    }
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == ErrorKind::PoolTimeout)
            .count(),
        1,
        "{kinds:?}"
    );
    assert_eq!(start.elapsed().as_secs(), 120);
    assert_eq!(server.recorded().len(), 50);
}

/// 20 idle connections for each host: of 30 that were open at the same time, 20 serve again.
#[tokio::test]
async fn twenty_idle_connections() {
    let answer = http(
        200,
        &[("content-type", "application/json")],
        &reply("yes").to_string(),
    );
    let server = Server::start(vec![Step::Wait(Duration::from_millis(300), answer)]).await;
    let client = Arc::new(server.client());
    for _ in 0..2 {
        let calls: Vec<_> = (0..30)
            .map(|_| tokio::spawn(client.clone().complete(ask("q"))))
            .collect();
        for call in calls {
            call.await.expect("no panic").expect("a reply");
        }
    }
    let recorded = server.recorded();
    let connections: std::collections::BTreeSet<usize> =
        recorded.iter().map(|request| request.connection).collect();
    assert_eq!((recorded.len(), connections.len()), (60, 30 + 10));
}

/// Two retries, where retries are asked for.
#[tokio::test(start_paused = true)]
async fn two_retries() {
    let server = Server::start(vec![Step::Send(http(500, &[], "{}"))]).await;
    call(server.client(), ask("q")).await.expect_err("500");
    assert_eq!(server.recorded().len(), 1, "a client alone asks once");
    let lm = sigflow_core::Lm::new(server.client());
    let retry = Arc::new(sigflow_providers::retry::Retry::new(lm));
    let error = retry.complete(ask("q")).await.expect_err("500");
    assert_eq!(
        (server.recorded().len(), error.attempts().len()),
        (1 + 3, 3)
    );
}

/// Error kinds of the section, each by a predicate of its own, are in `error_bodies.rs`; redirects in `transport/hosts.rs`.
#[tokio::test]
async fn redirects_are_not_followed() {
    let server = Server::start(vec![Step::Send(http(
        307,
        &[("location", "/elsewhere")],
        "",
    ))])
    .await;
    let error = call(server.client(), ask("q")).await.expect_err("307");
    assert!(error.is_configuration() && server.recorded().len() == 1);
}

/// Calls (defaults, section 3): all providers at once, 30 s, late ones dropped and named.
#[tokio::test(start_paused = true)]
async fn comparing_waits_30_s() {
    let silent = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let well = Server::json(reply("yes")).await;
    let lms = [&silent, &well].map(|server| sigflow_core::Lm::new(server.client()));
    let (compare, start) = (
        sigflow_providers::Compare::new(lms),
        tokio::time::Instant::now(),
    );
    let all = compare.all(ask("q")).await;
    assert_eq!(
        (start.elapsed().as_secs(), all.late.len(), all.answers.len()),
        (30, 1, 1)
    );
}

/// Waiting for a place: 30 s, then kind `pool_timeout`, in limits and queues as in clients.
#[tokio::test(start_paused = true)]
async fn limits_and_queues_wait_30_s() {
    use sigflow_providers::{Concurrency, Limit, Limiter, Queue};
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let lm = sigflow_core::Lm::new(server.client());
    let queue = Queue::new(Concurrency::fixed(1)).around(&lm);
    let limit = Limiter::new(Limit::new().requests(1)).around(&lm);
    for lm in [queue, limit] {
        let first = tokio::spawn(lm.complete(ask("q")));
        tokio::task::yield_now().await;
        let start = tokio::time::Instant::now();
        let error = lm.complete(ask("q")).await.expect_err("no place");
        assert!(error.is_pool_timeout() && error.retry_after().is_some());
        assert_eq!(start.elapsed().as_secs(), 30);
        first.abort();
    }
}
