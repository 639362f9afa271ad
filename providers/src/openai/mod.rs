//! OpenAI's chat completions, and every server that speaks them: vLLM, llama.cpp, Ollama, LM Studio,
//! OpenRouter, Groq, Azure and the rest.
//!
//! One call is one `POST {base}/chat/completions`; a stream is one too, answered by server-sent events.
mod builder;
pub(crate) mod cache;
mod content;
pub(crate) mod logprobs;
mod message;
mod profiles;
mod quick;
mod replay;
mod request;
mod response;
mod settings;
mod stream;

pub use builder::OpenAiBuilder;
pub use profiles::Profile;
pub(crate) use profiles::{azure_place, key_hint, keyed, profile_of};
pub use request::TokenField;
pub(crate) use response::usage;

use crate::{
    http::{Peer, Reply},
    wire::{Client, Framing, Outgoing, Wire, client_model},
};
use request::Encoder;
use reqwest::{Url, header::HeaderMap};
use sigflow_core::{Request, Response, Result};
use std::sync::Arc;

/// A model behind a server that speaks OpenAI's chat completions.
///
/// ```no_run
/// use sigflow_core::Lm;
/// use sigflow_providers::OpenAi;
///
/// let model = OpenAi::builder("gpt-5-mini").api_key(std::env::var("OPENAI_API_KEY")?).build()?;
/// let lm = Lm::new(model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A server of your own, which needs no key and whose abilities only you know:
///
/// ```
/// use sigflow_core::Capabilities;
/// use sigflow_providers::OpenAi;
///
/// let model = OpenAi::builder("tiny")
///     .base_url("http://127.0.0.1:8080/v1")
///     .capabilities(Capabilities::ALL)
///     .build()?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # What is sent
/// The model, the messages, and what a call sets: a setting that nobody set is not in the body, and the
/// server's own default holds. The same request gives the same bytes.
///
/// # Errors
/// A call fails with a typed [`Error`](sigflow_core::Error) that carries the HTTP status, the server's
/// words, its name for the request, how long it asked us to wait, and the body as it came. Keys and the
/// values of headers are taken out of all of these. Nothing is sent twice: what to do about a failure
/// is for the caller to decide, with [`is_retryable`](sigflow_core::Error::is_retryable).
///
/// # Bounds
/// Connecting may take 5 s and a whole reply 120 s, or less by its deadline. A stream must begin within 30 s and say
/// something every 10 s. A reply may have 64 MiB. 50 calls may be under way, others wait for 30 s at most; 20 idle
/// connections are kept. Redirects are not followed.
pub struct OpenAi {
    client: Arc<Client<Chat>>,
}

impl OpenAi {
    /// Begins a client that makes vectors of texts: `text-embedding-3-small`, or a model of any server that speaks
    /// OpenAI's protocol.
    ///
    /// ```
    /// use sigflow_providers::OpenAi;
    ///
    /// let embedder = OpenAi::embedder("text-embedding-3-small").api_key("sk-123456").dimensions(512).build()?;
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn embedder(model: impl Into<String>) -> crate::EmbeddingClientBuilder {
        crate::embed::openai(model.into())
    }
}

client_model!(OpenAi, OpenAiBuilder, "openai");

/// The format of chat completions.
pub(crate) struct Chat {
    url: Url,
    encoder: Encoder,
}

impl Wire for Chat {
    type Reader = stream::Reader;
    const FRAMING: Framing = Framing::Events;

    fn encode(&self, request: &Request, streams: bool) -> Result<Outgoing> {
        let body = if streams {
            self.encoder.encode_stream(request)?
        } else {
            self.encoder.encode(request)?
        };
        Ok(Outgoing {
            url: self.url.clone(),
            headers: HeaderMap::new(),
            body,
        })
    }

    fn decode(&self, reply: Reply, peer: &Peer) -> Result<Response> {
        response::decode(reply, peer, self.encoder.profile)
    }

    fn reader(&self) -> stream::Reader {
        stream::Reader::new(self.encoder.profile)
    }
}
