//! What servers say when they fail, in their own documented words, and what it means: through a real socket and the real
//! client. Bodies are those of the providers' documentation and of their servers' replies in public reports.
#![cfg(feature = "openai")]
mod support;

#[path = "error_bodies/cases.rs"]
#[rustfmt::skip] // A row is a line.
mod cases;

use cases::{CASES, Case};
use sigflow_core::{Error, ErrorKind, LanguageModel};
use std::{sync::Arc, time::Duration};
use support::{Server, Step, ask, http};

/// The error of each client whose API fails so.
async fn errors(case: &Case) -> Vec<Error> {
    let mut headers = vec![("content-type", case.content_type())];
    headers.extend(case.headers);
    let server = Server::start(vec![Step::Send(http(case.status, &headers, case.body))]).await;
    let mut errors = Vec::new();
    for client in case.clients(&server.base) {
        let result = client.complete(ask("q")).await;
        errors.push(
            result
                .err()
                .unwrap_or_else(|| panic!("{}: no error", case.name)),
        );
    }
    let asked = server.recorded.lock().expect("no panic").len();
    assert_eq!(asked, errors.len(), "{}: asked once", case.name);
    errors
}

#[tokio::test]
async fn each_body_has_its_kind() {
    let mut wrong = Vec::new();
    for case in CASES {
        for error in errors(case).await {
            let wait = error.retry_after().map(|wait| wait.as_millis());
            if (error.kind(), wait) != (case.kind, case.wait.map(u128::from)) {
                wrong.push(format!(
                    "{}: {:?} {wait:?}, not {:?} {:?}\n{error:?}",
                    case.name,
                    error.kind(),
                    case.kind,
                    case.wait
                ));
            }
            assert_eq!(error.status(), Some(case.status), "{}", case.name);
            assert_eq!(error.raw_reply(), Some(case.body), "{}", case.name);
            if !case.body.is_empty() {
                assert!(
                    error
                        .provider_message()
                        .is_some_and(|words| !words.is_empty()),
                    "{}: {error:?}",
                    case.name
                );
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong:\n{}",
        wrong.len(),
        CASES.len(),
        wrong.join("\n")
    );
    assert!(CASES.len() >= 60, "{}", CASES.len());
}

/// The questions that callers ask follow from the kind, and only what may pass with time may be tried again.
#[tokio::test]
async fn each_kind_has_its_predicates() {
    for case in CASES {
        for error in errors(case).await {
            let asked = [
                error.is_bad_request(),
                error.is_authentication(),
                error.is_rate_limited(),
                error.is_quota_spent(),
                error.is_context_length(),
                error.is_content_filter(),
                error.is_server(),
                error.is_timeout(),
                error.is_configuration(),
                error.is_unknown_status(),
                error.is_retryable(),
            ];
            let (t, f) = (true, false);
            let expected = match case.kind {
                ErrorKind::BadRequest => [t, f, f, f, f, f, f, f, f, f, f],
                ErrorKind::Authentication => [f, t, f, f, f, f, f, f, f, f, f],
                ErrorKind::RateLimited => [f, f, t, f, f, f, f, f, f, f, t],
                ErrorKind::QuotaSpent => [f, f, t, t, f, f, f, f, f, f, f],
                ErrorKind::ContextLength => [f, f, f, f, t, f, f, f, f, f, f],
                ErrorKind::ContentFilter => [f, f, f, f, f, t, f, f, f, f, f],
                ErrorKind::Server => [f, f, f, f, f, f, t, f, f, f, t],
                ErrorKind::Timeout => [f, f, f, f, f, f, f, t, f, f, t],
                ErrorKind::Configuration => [f, f, f, f, f, f, f, f, t, f, f],
                ErrorKind::UnknownStatus => [f, f, f, f, f, f, f, f, f, t, f],
                other => panic!("{}: {other:?}", case.name),
            };
            assert_eq!(asked, expected, "{}: {error:?}", case.name);
        }
    }
}

/// As streams they are the same: a refused stream is a whole reply.
#[tokio::test]
async fn streams_fail_alike() {
    for case in CASES {
        let mut headers = vec![("content-type", case.content_type())];
        headers.extend(case.headers);
        let server = Server::start(vec![Step::Send(http(case.status, &headers, case.body))]).await;
        for client in case.clients(&server.base) {
            let mut stream = client.stream(ask("q"));
            let next = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx));
            let next = tokio::time::timeout(Duration::from_secs(20), next);
            match next.await.expect("no hang") {
                Some(Err(error)) => assert_eq!(error.kind(), case.kind, "{}: {error:?}", case.name),
                other => panic!("{}: {other:?}", case.name),
            }
        }
    }
}

type Model = Arc<dyn LanguageModel>;
