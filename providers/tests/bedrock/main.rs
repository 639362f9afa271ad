//! Bedrock's Converse over a real socket: bodies against the service's own model, signatures, frames.
#![cfg(all(feature = "bedrock", feature = "openai"))]
#[path = "../shapes/mod.rs"]
mod shapes;
#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod streams;

use serde_json::{Value, json};
use sigflow_core::{Chunk, Error, LanguageModel as _, Request, Response, Result};
use sigflow_providers::{Bedrock, BedrockBuilder};
use std::sync::Arc;
use support::{Server, ask};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn builder(server: &Server, model: &str) -> BedrockBuilder {
    let base = server.base.trim_end_matches("/v1");
    let builder = Bedrock::builder(model).region("us-east-1").base_url(base);
    builder
        .credentials("AKIDEXAMPLE", SECRET)
        .session_token("a-session-token")
}

async fn call(server: &Server, model: &str, request: Request) -> Result<Response> {
    let client = builder(server, model).build().expect("a client");
    Arc::new(client).complete(request).await
}

async fn stream(server: &Server) -> (Vec<Chunk>, Option<Error>) {
    let client = builder(server, CLAUDE).build().expect("a client");
    support::streams::all(Arc::new(client), ask("who?")).await
}

/// A reply with all kinds of blocks, whole.
fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Two and two…", "signature": "c2lnbmF0dXJl"}}},
            {"reasoningContent": {"redactedContent": "AAAA"}},
            {"text": "It is é😀 "},
            {"citationsContent": {"content": [{"text": "blue."}], "citations": [cited()]}},
            {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a":1,"b":"é"}}},
            {"toolUse": {"toolUseId": "t2", "name": "g", "input": {}}},
        ]}},
        "stopReason": "tool_use", "metrics": {"latencyMs": 12},
        "usage": {"inputTokens": 9, "outputTokens": 30, "totalTokens": 149,
            "cacheReadInputTokens": 100, "cacheWriteInputTokens": 10},
    })
}

fn cited() -> Value {
    json!({"title": "Sky", "sourceContent": [{"text": "blue"}],
        "location": {"documentChar": {"documentIndex": 0, "start": 11, "end": 15}}})
}
