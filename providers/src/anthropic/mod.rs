//! Anthropic's Messages, and every server that speaks them: llama.cpp, `LiteLLM`, gateways.
//!
//! One call is one `POST {base}/v1/messages`; a stream is one too, answered by server-sent events.
mod builder;
mod content;
mod reply;
mod request;
mod response;
mod stream;

pub use builder::AnthropicBuilder;

use crate::{
    http::{Peer, Reply},
    wire::{Client, Framing, Outgoing, Wire, client_model},
};
use request::Encoder;
use reqwest::{Url, header::HeaderMap};
use sigflow_core::{Request, Response, Result};
use std::sync::Arc;

/// Whose replayed blocks these are ([`ReplayBlock`](sigflow_core::ReplayBlock)).
const REPLAY: &str = "anthropic";

/// A model behind a server that speaks Anthropic's Messages.
///
/// ```no_run
/// use sigflow_core::Lm;
/// use sigflow_providers::Anthropic;
///
/// let key = std::env::var("ANTHROPIC_API_KEY")?;
/// let lm = Lm::new(Anthropic::builder("claude-sonnet-4-5").api_key(key).build()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A server of your own that speaks the format:
///
/// ```
/// use sigflow_providers::Anthropic;
///
/// let model = Anthropic::builder("tiny").base_url("http://127.0.0.1:8080").build()?;
/// assert_eq!(model.endpoint(), "http://127.0.0.1:8080/v1/messages");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # What is sent
/// The model, the messages, what a call sets, and `max_tokens`, which the API demands: the
/// [model's own limit](AnthropicBuilder::max_tokens) where neither call nor builder sets one. Answers of tools that stand
/// side by side become one turn of the user. Thoughts with their signatures go back as they came, at the beginning of
/// the model's turn ([`Message::of_completion`](sigflow_core::Message::of_completion)).
///
/// | setting | here |
/// |---|---|
/// | `reasoning_effort` | `thinking` (a budget, or adaptive) and `output_config.effort`, by the model's family |
/// | `prompt_cache` | `cache_control` on the tools, the system prompt and the last demo |
/// | a schema | `output_config.format`; documents are then not cited, which the API takes for a contradiction |
/// | some JSON object | as the prompt says it: the API has no word for it |
/// | `seed` | nothing: the API has no word for it |
/// | `n` above 1, `logprobs` | an error of kind `Configuration` |
///
/// # Errors
/// As [`OpenAi`](crate::OpenAi)'s: typed, with all that came. A refusal without any text is an error of the content filter.
///
/// # Bounds
/// Connecting may take 5 s and a whole reply 120 s, or less by its deadline. A stream must begin within 30 s and say
/// something every 10 s. A reply may have 64 MiB. 50 calls may be under way, others wait for 30 s at most. Redirects
/// are not followed.
pub struct Anthropic {
    client: Arc<Client<Messages>>,
}

client_model!(Anthropic, AnthropicBuilder, "anthropic");

/// The format of Messages.
pub(crate) struct Messages {
    url: Url,
    encoder: Encoder,
}

impl Wire for Messages {
    type Reader = stream::Reader;
    const FRAMING: Framing = Framing::Events;

    fn encode(&self, request: &Request, streams: bool) -> Result<Outgoing> {
        Ok(Outgoing {
            url: self.url.clone(),
            headers: HeaderMap::new(),
            body: self.encoder.encode(request, streams)?,
        })
    }

    fn decode(&self, reply: Reply, peer: &Peer) -> Result<Response> {
        response::decode(reply, peer)
    }

    fn reader(&self) -> stream::Reader {
        stream::Reader::default()
    }
}
