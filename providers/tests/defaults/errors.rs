//! Section 4: the kinds of errors, each with a predicate. What servers say is in `error_bodies.rs`.
use crate::{
    HEAD, event,
    support::{Server, Step, ask, call, http},
};
use sigflow_core::{Error, ErrorKind, Lm, Phase};
use sigflow_providers::{Breaker, Concurrency, Queue, Retry, memory::MemoryGauge};
use std::{sync::Arc, time::Duration};

/// The kinds of the section that an error is.
fn kinds(error: &Error) -> String {
    let phase = error.phase().map_or("", Phase::as_str);
    let timeout = format!("timeout ({phase})");
    let all = [
        ("client", error.is_client()),
        ("server", error.is_server()),
        ("unknown status", error.is_unknown_status()),
        ("transport", error.is_transport()),
        ("rate limited", error.is_rate_limited()),
        ("breaker open", error.is_circuit_open()),
        (timeout.as_str(), error.is_timeout()),
        ("decode", error.is_decode()),
        ("content filter", error.is_content_filter()),
        ("context length", error.is_context_length()),
        ("incomplete stream", error.is_incomplete_stream()),
    ];
    let held = all.iter().filter(|(_, holds)| *holds);
    held.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn said(status: u16, code: &str) -> Step {
    let body = serde_json::json!({"error": {"message": "no", "code": code}});
    Step::Send(http(status, &[], &body.to_string()))
}

/// Of servers, whole and streamed.
#[tokio::test(start_paused = true)]
async fn of_servers() {
    let html = http(200, &[("content-type", "text/html")], "<html>");
    for (step, wanted) in [
        (said(400, "x"), "client"),
        (said(401, "x"), "client"),
        (said(404, "x"), "client"),
        (said(422, "x"), "client"),
        (said(500, "x"), "server"),
        (said(503, "x"), "server"),
        (said(600, "x"), "unknown status"),
        (said(429, "x"), "client, rate limited"),
        (said(400, "content_filter"), "client, content filter"),
        (
            said(400, "context_length_exceeded"),
            "client, context length",
        ),
        (Step::SendAndClose(Vec::new()), "transport"),
        (Step::Reset(Vec::new()), "transport"),
        (Step::Send(html), "decode"),
        (Step::SendAndStall(Vec::new()), "timeout (total)"),
    ] {
        let server = Server::start(vec![step]).await;
        let error = call(server.client(), ask("q")).await.expect_err(wanted);
        assert_eq!(kinds(&error), wanted, "{error:?}");
    }
    let begun = [HEAD, &event("a")].concat();
    for (step, wanted) in [
        (Step::SendAndClose(begun.clone()), "incomplete stream"),
        (Step::SendAndStall(begun), "timeout (idle)"),
        (Step::SendAndStall(Vec::new()), "timeout (first_token)"),
        (said(500, "x"), "server"),
    ] {
        let server = Server::start(vec![step]).await;
        let mut stream = Lm::new(server.client()).stream(ask("q"));
        let error = loop {
            match std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("{wanted}: it ends"),
            }
        };
        assert_eq!(kinds(&error), wanted, "{error:?}");
    }
}

/// Of ours: nothing was sent.
#[tokio::test(start_paused = true)]
async fn of_ours() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let lm = Lm::new(server.client());
    let gauge = MemoryGauge::new(100);
    let held = gauge.hold("stream", 99);
    let shed = Retry::new(lm.clone()).retries(0).gate(Arc::new(gauge)).lm();
    let error = shed.complete(ask("q")).await.expect_err("no memory");
    assert_eq!(kinds(&error), "rate limited", "{error:?}");
    assert!(error.retry_after().is_some());
    drop(held);

    let breaker = Breaker::new().in_a_row(1);
    let broken = Lm::from_fn(|_| async { Err(Error::new(ErrorKind::Server, "down")) });
    let guarded = Retry::new(broken).retries(0).gate(breaker.gate()).lm();
    guarded.complete(ask("q")).await.expect_err("down");
    let error = guarded.complete(ask("q")).await.expect_err("open");
    assert_eq!(kinds(&error), "breaker open", "{error:?}");

    let queue = Queue::new(Concurrency::fixed(1)).around(&lm);
    let first = tokio::spawn(queue.complete(ask("q")));
    tokio::task::yield_now().await;
    let error = queue.complete(ask("q")).await.expect_err("no place");
    assert_eq!(kinds(&error), "timeout (pool)", "{error:?}");
    first.abort();

    let mut request = ask("q");
    let deadline = tokio::time::Instant::now() + Duration::from_secs(1);
    request.deadline = Some(deadline.into_std());
    let error = lm.complete(request).await.expect_err("late");
    assert_eq!(kinds(&error), "timeout (deadline)", "{error:?}");
}

/// Whatever kind there is has a predicate that tells it.
#[test]
fn each_kind_has_a_predicate() {
    let predicates: &[fn(&Error) -> bool] = &[
        Error::is_no_model,
        Error::is_invalid_input,
        Error::is_invalid_signature,
        Error::is_configuration,
        Error::is_bad_request,
        Error::is_authentication,
        Error::is_rate_limited,
        Error::is_quota_spent,
        Error::is_context_length,
        Error::is_content_filter,
        Error::is_server,
        Error::is_transport,
        Error::is_timeout,
        Error::is_pool_timeout,
        Error::is_incomplete_stream,
        Error::is_circuit_open,
        Error::is_unknown_status,
        Error::is_decode,
        Error::is_no_content,
        Error::is_parse,
        Error::is_constraint,
        Error::is_budget,
        Error::is_not_cached,
        Error::is_cancelled,
        Error::is_state,
        Error::is_model,
    ];
    let answers = |kind: ErrorKind| {
        let error = Error::new(kind, "");
        predicates
            .iter()
            .map(|holds| holds(&error))
            .collect::<Vec<_>>()
    };
    for kind in ErrorKind::ALL {
        let own = answers(*kind);
        assert!(own.contains(&true), "{kind:?} has no predicate");
        let others = ErrorKind::ALL.iter().filter(|other| *other != kind);
        for other in others {
            assert_ne!(own, answers(*other), "{kind:?} and {other:?} answer alike");
        }
    }
}
