//! `OpenAI`'s responses: bodies that its own schemas judge, replies and streams of several servers.
#![cfg(feature = "openai")]
#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod replies;
mod streams;

use serde_json::{Value, json};
use sigflow_core::{LanguageModel, Request, Response, Result};
use sigflow_providers::{OpenAiResponses, OpenAiResponsesBuilder};
use std::sync::{Arc, LazyLock};
use support::{
    KEY, Server,
    schemas::{fits, only, spec, validator},
};

fn builder(server: &Server, model: &str) -> OpenAiResponsesBuilder {
    let builder = OpenAiResponses::builder(model);
    builder.base_url(&server.base).api_key(KEY)
}

async fn call(builder: OpenAiResponsesBuilder, request: Request) -> Result<Response> {
    let model = Arc::new(builder.build().expect("a client"));
    model.complete(request).await
}

const MEMBERS: &[&str] = &[
    "model",
    "instructions",
    "input",
    "store",
    "include",
    "temperature",
    "top_p",
    "max_output_tokens",
    "top_logprobs",
    "reasoning",
    "prompt_cache_key",
    "prompt_cache_options",
    "tools",
    "tool_choice",
    "text",
    "stream",
];

static SCHEMA: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
    let text = spec("openai/responses.request.schema.json")?;
    // Its kinds of items overlap, so that one that is good is good twice; and two words are of an older draft.
    let text = text.replace("\"oneOf\"", "\"anyOf\"");
    let text = text.replace("$recursiveRef", "$ref");
    let text = text.replace("\"$recursiveAnchor\":true", "\"title\":\"filter\"");
    let text = text.replace("\"$recursiveAnchor\": true", "\"title\":\"filter\"");
    let schema: Value = serde_json::from_str(&text).expect("a schema of JSON");
    Some(validator(&schema))
});

#[track_caller]
fn check(body: &Value) {
    for schema in SCHEMA.iter() {
        fits(schema, body);
    }
    only(MEMBERS, body);
}

fn answer(text: &str) -> Value {
    json!({"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5-mini-2026", "error": null,
        "incomplete_details": null,
        "output": [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": []}]}],
        "usage": {"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
            "output_tokens": 6, "output_tokens_details": {"reasoning_tokens": 3}, "total_tokens": 16}})
}

/// The body of one request, judged.
async fn sent(model: &str, request: Request) -> Value {
    let server = Server::json(answer("x")).await;
    call(builder(&server, model), request)
        .await
        .expect("a response");
    let body = server.unchecked()[0].json();
    check(&body);
    body
}
