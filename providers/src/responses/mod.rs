//! `OpenAI`'s responses: the newer of its two protocols, which other servers speak too.
//!
//! One call is one `POST {base}/responses`; a stream is one too, answered by server-sent events. Calls stand
//! alone: the server keeps nothing, and what it wants back of its thoughts goes along in encrypted form.
mod builder;
mod input;
mod items;
mod request;
mod response;
mod stream;

pub use builder::{OpenAiResponsesBuilder, ReasoningSummary};

use crate::{
    http::{Peer, Reply},
    wire::{Client, Framing, Outgoing, Wire, client_model},
};
use request::Encoder;
use reqwest::{Url, header::HeaderMap};
use sigflow_core::{Request, Response, Result};
use std::sync::Arc;

/// The name of this format on blocks that a server wants back.
const REPLAY: &str = "openai_responses";

/// A model behind a server that speaks `OpenAI`'s responses.
///
/// Choose it over [`OpenAi`](crate::OpenAi) for models that think: what they thought before they called a tool
/// goes back to them in the next turn (encrypted, so that the server need not keep it), and their thoughts can be
/// [summed up](OpenAiResponsesBuilder::reasoning_summary). It knows no `stop`, no `seed` and no `n`. Other servers
/// speak less of it: llama.cpp takes a schema here and does not keep to it.
///
/// ```no_run
/// use sigflow_core::Lm;
/// use sigflow_providers::OpenAiResponses;
///
/// let model = OpenAiResponses::builder("gpt-5-mini").api_key(std::env::var("OPENAI_API_KEY")?).build()?;
/// let lm = Lm::new(model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors and bounds
/// As of [`OpenAi`](crate::OpenAi).
pub struct OpenAiResponses {
    client: Arc<Client<Responses>>,
}

client_model!(OpenAiResponses, OpenAiResponsesBuilder, "openai");

/// The format of responses.
pub(crate) struct Responses {
    url: Url,
    encoder: Encoder,
}

impl Wire for Responses {
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
