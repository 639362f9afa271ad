//! Ollama, by its own API. The one that it shares with OpenAI knows fewer settings: no context length, no thoughts, no
//! words for why a model was not loaded.
mod builder;
mod host;
mod request;
mod response;
mod stream;

pub use builder::OllamaBuilder;
pub(crate) use builder::root;
pub(crate) use host::{LOCAL, address};

use crate::{
    http::{Peer, Reply},
    wire::{Client, Framing, Outgoing, Wire, client_model},
};
use request::Encoder;
use reqwest::{Url, header::HeaderMap};
use sigflow_core::{Request, Response, Result};
use std::sync::Arc;

/// A model behind an Ollama server: on this machine, on another, or Ollama's own.
///
/// ```
/// use sigflow_core::Lm;
/// use sigflow_providers::Ollama;
///
/// let model = Ollama::builder("llama3.2").num_ctx(16_384).build()?;
/// assert_eq!(model.endpoint(), "http://127.0.0.1:11434/api/chat");
/// let lm = Lm::new(model);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// # What is sent
/// The model, the messages, and what a call sets. Every model of Ollama's keeps to a schema, since the server samples by
/// it. Ollama gives one completion for a request, and lets a model choose whether it calls a tool: a call that asks
/// otherwise is refused here, before anything is sent. Images go as bytes.
///
/// # Errors
/// As for [`OpenAi`](crate#errors). A model that is not there is an error that says so; pull it first.
pub struct Ollama {
    client: Arc<Client<Chat>>,
}

impl Ollama {
    /// Begins a client that makes vectors of texts.
    ///
    /// ```
    /// use sigflow_providers::Ollama;
    ///
    /// let embedder = Ollama::embedder("nomic-embed-text").build()?;
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn embedder(model: impl Into<String>) -> crate::EmbeddingClientBuilder {
        crate::embed::ollama(model.into())
    }
}

client_model!(Ollama, OllamaBuilder, "ollama");

/// The format of `/api/chat`.
pub(crate) struct Chat {
    url: Url,
    encoder: Encoder,
}

impl Wire for Chat {
    type Reader = stream::Reader;
    const FRAMING: Framing = Framing::Lines;

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

#[cfg(test)]
mod tests;
