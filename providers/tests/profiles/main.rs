//! Servers that speak OpenAI's protocol in ways of their own: what is sent to each, and what comes of its replies.
#![cfg(feature = "openai")]
#[path = "../support/mod.rs"]
mod support;

mod effort;
mod replies;
mod settings;

use serde_json::Value;
use sigflow_core::{Chunk, Request, Response, Result};
use sigflow_providers::{OpenAi, Profile};
use std::{fmt::Write as _, sync::Arc};
use support::{KEY, Server, Step, ask, call, http, reply, streams};

fn client(server: &Server, profile: Profile, model: &str) -> OpenAi {
    let builder = OpenAi::builder(model).profile(profile);
    let builder = builder.base_url(&server.base).api_key(KEY);
    builder.build().expect("a client")
}

/// The body of one request, but for model and messages.
async fn sent(profile: Profile, model: &str, change: fn(&mut Request)) -> Result<Value> {
    let server = Server::json(reply("x")).await;
    let mut request = ask("who?");
    change(&mut request);
    call(client(&server, profile, model), request).await?;
    let mut body = server.unchecked()[0].json();
    let members = body.as_object_mut().expect("an object");
    members.remove("model");
    members.remove("messages");
    Ok(body)
}

async fn read(profile: Profile, body: Value) -> Result<Response> {
    let server = Server::json(body).await;
    call(client(&server, profile, "m"), ask("who?")).await
}

async fn stream(profile: Profile, events: &[Value]) -> Vec<Chunk> {
    let mut lines = String::new();
    for event in events {
        let _ = write!(lines, "data: {event}\n\n");
    }
    let type_ = ("content-type", "text/event-stream");
    let whole = http(200, &[type_], &format!("{lines}data: [DONE]\n\n"));
    let server = Server::start(vec![Step::Send(whole)]).await;
    let client = Arc::new(client(&server, profile, "m"));
    let (chunks, error) = streams::all(client, ask("who?")).await;
    assert!(error.is_none(), "a good stream: {error:?}");
    chunks
}
