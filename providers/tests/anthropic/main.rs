//! Anthropic's Messages over a real socket: bodies against Anthropic's own schemas, replies whole and in pieces.
#![cfg(all(feature = "anthropic", feature = "openai"))]
#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod streams;

use sigflow_core::{Chunk, Error, LanguageModel as _, Request, Response, Result};
use sigflow_providers::{Anthropic, AnthropicBuilder};
use std::sync::Arc;
use support::{KEY, Server, ask};

fn builder(server: &Server, model: &str) -> AnthropicBuilder {
    Anthropic::builder(model)
        .base_url(&server.base)
        .api_key(KEY)
}

async fn call(server: &Server, model: &str, request: Request) -> Result<Response> {
    let client = builder(server, model).build().expect("a client");
    Arc::new(client).complete(request).await
}

/// All that a stream says: its chunks, or its error after them.
async fn stream(server: &Server) -> (Vec<Chunk>, Option<Error>) {
    let client = builder(server, "claude-sonnet-4-5")
        .build()
        .expect("a client");
    support::streams::all(Arc::new(client), ask("who?")).await
}
