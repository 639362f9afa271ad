//! Gemini, by Google's own API in both of its forms: Interactions, the standard since 2026, and `generateContent`,
//! which came before and which gateways speak.
pub(crate) mod builder;
mod family;
mod generate;
mod interactions;

pub use builder::GeminiBuilder;

use crate::{
    http::{Peer, Reply, said::Said},
    wire::{
        self, Client, Event, Fault, Framing, Outgoing, Pieces, Wire, client_model, event_object,
        reply_object,
    },
};
use reqwest::{
    Url,
    header::{ACCEPT, HeaderMap, HeaderValue},
};
use sigflow_core::{Request, Response, Result};
use std::sync::Arc;

/// Which of Gemini's APIs a call goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GeminiApi {
    /// `POST …/interactions`: Google's standard since June 2026, and the place of all that is new. It has no words for
    /// several completions at once nor for log probabilities, and a gateway seldom knows it.
    Interactions,
    /// `POST …/models/NAME:generateContent` and `:streamGenerateContent`: older, and still supported.
    GenerateContent,
}

/// A Gemini model.
///
/// ```no_run
/// use sigflow_core::Lm;
/// use sigflow_providers::Gemini;
///
/// let model = Gemini::builder("gemini-3.8-flash").api_key(std::env::var("GEMINI_API_KEY")?).build()?;
/// let lm = Lm::new(model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Which API
/// Google has two. At Google's own server a call goes by Interactions, which Google names the standard, except when it
/// asks for several completions or for log probabilities: for these only `generateContent` has words. At any other base
/// URL all calls go by `generateContent`, since that is what gateways speak. [`GeminiBuilder::api`] decides otherwise.
/// Either way a call says all that it means: Interactions are told to keep nothing (`store: false`).
///
/// # What is sent
/// The messages, and what a call sets. Thoughts are asked for where the call sets an effort, or where the model is
/// [known](sigflow_core::Capabilities::reasoning) to give them. An effort is a budget of tokens for Gemini 2.5 and a level for later
/// models, none for earlier ones. Signatures of thoughts go back as they came
/// ([`Completion::replay`](sigflow_core::Completion)).
///
/// # Errors
/// As for [`OpenAi`](crate#errors): typed, with the server's words and the whole body. A prompt or reply that Google's
/// filter holds back is [`is_content_filter`](sigflow_core::Error::is_content_filter), a spent daily quota
/// [`is_quota_spent`](sigflow_core::Error::is_quota_spent).
pub struct Gemini {
    client: Arc<Client<Format>>,
}

impl Gemini {
    /// Begins a client that makes vectors of texts.
    ///
    /// ```
    /// use sigflow_providers::Gemini;
    ///
    /// let embedder = Gemini::embedder("gemini-embedding-001").api_key("AIza-123456").dimensions(768).build()?;
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn embedder(model: impl Into<String>) -> crate::EmbeddingClientBuilder {
        crate::embed::gemini(model.into())
    }
}

client_model!(Gemini, GeminiBuilder, "gcp.gemini");

/// Both APIs of one client.
pub(crate) struct Format {
    route: Route,
    generate: generate::request::Encoder,
    interactions: interactions::request::Encoder,
    whole: Url,
    streamed: Url,
    interact: Url,
}

/// By which API a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Always(GeminiApi),
    /// By Interactions, but for what they cannot say.
    AsNeeded,
}

impl Format {
    fn api(&self, request: &Request) -> GeminiApi {
        match self.route {
            Route::Always(api) => api,
            Route::AsNeeded if interactions::request::unsaid(&request.settings).is_some() => {
                GeminiApi::GenerateContent
            }
            Route::AsNeeded => GeminiApi::Interactions,
        }
    }
}

impl Wire for Format {
    type Reader = Reader;
    const FRAMING: Framing = Framing::Events;

    fn encode(&self, request: &Request, streams: bool) -> Result<Outgoing> {
        let (url, body) = match (self.api(request), streams) {
            (GeminiApi::Interactions, streams) => {
                let body = self.interactions.encode(request, streams)?;
                (&self.interact, body)
            }
            (GeminiApi::GenerateContent, false) => (&self.whole, self.generate.encode(request)?),
            (GeminiApi::GenerateContent, true) => (&self.streamed, self.generate.encode(request)?),
        };
        let mut headers = HeaderMap::new();
        if streams {
            // as Google's own clients ask; an interaction's URL does not say that it streams
            headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        }
        Ok(Outgoing {
            url: url.clone(),
            headers,
            body,
        })
    }

    /// Which API a reply is of is seen in it.
    fn decode(&self, reply: Reply, peer: &Peer) -> Result<Response> {
        let (members, reply) = reply_object(reply, peer)?;
        if members.contains_key("steps") || members.contains_key("status") {
            interactions::response::decode(members, reply, peer)
        } else {
            generate::response::decode(members, reply, peer)
        }
    }

    fn reader(&self) -> Reader {
        Reader::default()
    }
}

/// Reads the events of one stream, of either API.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    generate: generate::stream::Reader,
    interactions: interactions::stream::Reader,
}

impl wire::Reader for Reader {
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault> {
        let data = event.data.trim();
        if data.is_empty() {
            return Ok(());
        }
        // not Gemini's word, but gateways say it to everybody
        if data == "[DONE]" {
            pieces.done();
            return Ok(());
        }
        let members = event_object("an event", data)?;
        if let Some(said) = Said::from_members(&members) {
            return Err(Fault::Said(said));
        }
        if members.contains_key("event_type") || event.name.contains('.') {
            self.interactions.event(event.name, members, pieces)
        } else {
            self.generate.event(members, pieces);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
