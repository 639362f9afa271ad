//! A language model in the process: no key, no network, no intelligence.
//!
//! [`Offline`] reads the prompt like a form and fills it in by word overlap: labels by the closest
//! demonstration or description; texts, numbers and ISO dates by the words of the field's name. What
//! it does not find is made up, or null: within the types, bounds, enums, unions and references of the
//! schema (it reads no `not`, `if` or `contains`; for a pattern it has a few samples), and the same
//! bytes each time. It is for tests, examples and first steps: nothing that it says is understood.
mod prompt;
#[cfg(feature = "serve")]
mod serve;
mod text;
mod value;

#[cfg(test)]
mod tests;

#[cfg(feature = "serve")]
pub use serve::{Server, serve, serve_model};

use sigflow_core::{BoxFuture, BoxStream, Capabilities, Chunk, LanguageModel, Request, Result};
use sigflow_core::{Completion, FinishReason, Response, Usage};
use std::sync::Arc;

/// The model that is always there, named `offline`.
///
/// ```
/// let lm = sigflow_core::Lm::new(sigflow_providers::Offline::new());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offline;

impl Offline {
    /// The model; there is nothing to set.
    pub const fn new() -> Self {
        Offline
    }
}

impl LanguageModel for Offline {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move { Ok(respond(&request)) })
    }

    /// The reply by token: a word and the blanks before it.
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let chunks = respond(&request).into_chunks();
        Chunk::stream_of(chunks.flat_map(|chunk| match chunk {
            Chunk::Text(text) => tokens(&text).map(|token| Ok(Chunk::Text(token))).collect(),
            other => vec![Ok(other)],
        }))
    }

    fn name(&self) -> &'static str {
        "offline"
    }

    fn identity(&self) -> Option<String> {
        Some("offline".to_owned())
    }

    fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
        sigflow_core::telemetry::Origin::new("offline")
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::CHAT;
        capabilities.json_schema = true;
        capabilities.json_object = true;
        capabilities.many = true;
        capabilities
    }
}

/// A text cut before blanks that follow a word.
fn tokens(text: &str) -> impl Iterator<Item = String> {
    let mut tokens = vec![String::new()];
    let mut word = false;
    for character in text.chars() {
        let blank = character.is_whitespace();
        if blank && word {
            tokens.push(String::new());
        }
        word = !blank;
        if let Some(last) = tokens.last_mut() {
            last.push(character);
        }
    }
    tokens.into_iter().filter(|token| !token.is_empty())
}

/// The outputs as one JSON object if that is asked for, else as `[[ ## field ## ]]` sections.
fn respond(request: &Request) -> Response {
    let prompt = prompt::Prompt::read(request);
    let (answer, _) = prompt.object(&value::Place::default(), &prompt.schema, &prompt.text);
    let mut reply = String::new();
    for (name, value) in answer.as_object().into_iter().flatten() {
        // truth values are Python's, except where the prompt asks for JSON
        let json = prompt.schema["properties"][name].get("anyOf").is_some();
        let text = match value.as_bool() {
            Some(truth) if !json => ["False", "True"][usize::from(truth)].to_owned(),
            _ => value::as_text(value),
        };
        reply.extend(["[[ ## ", name, " ## ]]\n", &text, "\n\n"]);
    }
    reply += "[[ ## completed ## ]]";
    let reply = if prompt.json {
        answer.to_string()
    } else {
        reply
    };
    let count = |text: &str| text.split_whitespace().count() as u64;
    let copies = request.settings.n.unwrap_or(1).clamp(1, 128);
    let input = request.messages().map(|(_, text)| count(text.as_str()));
    let mut response = Response::default();
    response.usage = Some(Usage::new(input.sum(), count(&reply) * u64::from(copies)));
    let mut completion = Completion::text(reply);
    completion.finish_reason = Some(FinishReason::Stop);
    response.completions = (0..copies).map(|_| completion.clone()).collect();
    "offline".clone_into(&mut response.model);
    response
}
