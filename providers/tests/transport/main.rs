//! What stands around the wire formats: middleware, cassettes, and where keys and requests may go.
#![cfg(feature = "openai")]
#[path = "../support/mod.rs"]
mod support;

mod cassette;
mod hosts;
mod middleware;
mod recorded;
mod secrets;

use sigflow_core::{Chunk, Error, LanguageModel, Request};
use std::sync::Arc;

/// A stream to its end: its text, the pieces of it, and the error if it ended in one.
pub(crate) async fn stream(
    model: impl LanguageModel + 'static,
    request: Request,
) -> (String, usize, Option<Error>) {
    let mut stream = Arc::new(model).stream(request);
    let (mut text, mut pieces) = (String::new(), 0);
    while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        match chunk {
            Ok(Chunk::Text(more)) => {
                text += &more;
                pieces += 1;
            }
            Ok(_) => {}
            Err(error) => return (text, pieces, Some(error)),
        }
    }
    (text, pieces, None)
}

/// A reply in server-sent events, with a piece of text in each.
pub(crate) fn events(texts: &[&str]) -> Vec<u8> {
    let event = |text: &&str| {
        let delta = serde_json::json!({"content": text});
        let event = serde_json::json!({"id": "c-1", "model": "m", "choices": [{"index": 0, "delta": delta}]});
        format!("data: {event}\n\n")
    };
    let mut body: String = texts.iter().map(event).collect();
    body += "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    support::http(200, &[("content-type", "text/event-stream")], &body)
}
