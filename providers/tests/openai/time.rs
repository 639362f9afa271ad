//! Each phase of a call has its end.
use crate::support::{Server, Step, ask, call, http, reply};
use sigflow_core::{Request, Response, Result};
use std::time::{Duration, Instant};

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
