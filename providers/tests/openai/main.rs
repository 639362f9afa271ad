//! What comes back: good replies, bad ones, and every way in which none comes.
#![cfg(feature = "openai")]
#[path = "../support/mod.rs"]
mod support;

mod connections;
mod failures;
mod keys;
mod replies;
mod time;

use sigflow_core::Error;
use support::{Server, Step, ask, http};

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
