//! Vectors of texts, by the servers that make them: those that speak OpenAI's protocol, Gemini, Ollama.
mod builder;
#[cfg(feature = "gemini")]
mod gemini;
mod list;
#[cfg(feature = "ollama")]
mod ollama;
#[cfg(feature = "openai")]
mod openai;
#[cfg(any(feature = "ollama", feature = "openai"))]
mod plain;
mod watched;

pub use builder::EmbeddingClientBuilder;

#[cfg(feature = "gemini")]
pub(crate) use gemini::embedder as gemini;
#[cfg(feature = "ollama")]
pub(crate) use ollama::embedder as ollama;
#[cfg(feature = "openai")]
pub(crate) use openai::embedder as openai;

use crate::{
    http::{said::Said, status::said_error},
    wire::{Client, Outgoing, Prepared, reply_object, take_text, undecodable},
};
use reqwest::{Url, header::HeaderMap};
use serde_json::{Map, Value};
use sigflow_core::{
    BoxFuture, EmbedRequest, Embedder, Embeddings, Purpose, Result, Usage, telemetry,
};
use std::{fmt, sync::Arc};

/// Makes vectors of texts on a server.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use sigflow_core::{EmbedRequest, Embedder, Retriever, VectorIndex};
/// use sigflow_providers::OpenAi;
///
/// let embedder = OpenAi::embedder("text-embedding-3-small").api_key(std::env::var("OPENAI_API_KEY")?).build()?;
/// let embeddings = embedder.embed(EmbedRequest::new(["one text", "another"])).await?;
/// assert_eq!(embeddings.vectors.len(), 2);
///
/// let index = VectorIndex::new(embedder, ["Paris is in France.", "Rome is in Italy."]).await?;
/// let found = index.search("Where is Rome?", 1).await?;
/// # Ok(()) }
/// ```
///
/// Texts in any number are sent in as many requests as the server's bounds need, one after the other; vectors come back
/// in the order of the texts, and tokens are summed. Where one request fails, the error is that of the whole call: nothing is
/// sent twice.
///
/// # Errors
/// As for chat: typed, with the server's words and the whole body.
pub struct EmbeddingClient {
    client: Arc<Client<Box<dyn Form>>>,
    provider: &'static str,
    dimensions: Option<u32>,
    /// The most texts of one request.
    batch: usize,
    /// The most bytes of texts of one request; a longer text goes alone.
    bytes: usize,
}

/// How a server is asked for vectors, and how it answers.
pub(crate) trait Form: Send + Sync {
    /// Where to, and what.
    fn encode(&self, texts: &[&str], purpose: Option<Purpose>) -> (Url, String);
    /// The vectors that the members of a reply hold, in the order of the texts, if it holds any.
    fn vectors(&self, members: &mut Map<String, Value>) -> Option<Vec<Vec<f32>>>;
    fn usage(&self, members: &Map<String, Value>) -> Option<Usage>;
}

/// What differs between servers while a client is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// In telemetry, where no host says otherwise.
    pub(crate) provider: &'static str,
    pub(crate) base: &'static str,
    /// The path of calls, by the model and the base URL as it was given.
    pub(crate) path: fn(&str, &str) -> String,
    /// A base URL in this server's own forms, as a URL.
    pub(crate) address: fn(&str) -> String,
    pub(crate) keyed: crate::wire::Keyed,
    pub(crate) hint: &'static str,
    pub(crate) batch: usize,
    pub(crate) bytes: usize,
    pub(crate) form: Make,
}

/// Makes a form of the settings, the number of dimensions, and the base URL as it was given.
type Make = fn(&Prepared, Option<u32>, &str) -> Result<Box<dyn Form>>;

impl EmbeddingClient {
    /// Where requests go, without what may be secret in it: for logs and messages.
    pub fn endpoint(&self) -> &str {
        &self.client.peer().url
    }

    async fn all(&self, request: EmbedRequest<'_>) -> Result<Embeddings> {
        let mut all = Embeddings::default();
        all.vectors.reserve(request.texts.len());
        let mut rest = request.texts.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(self.fit(rest));
            self.some(now, &request, &mut all).await?;
            rest = later;
        }
        Ok(all)
    }

    /// How many of the texts go into one request: one at least.
    fn fit(&self, texts: &[&str]) -> usize {
        let mut bytes = 0;
        let fit = texts.iter().take(self.batch).take_while(|text| {
            bytes += text.len();
            bytes <= self.bytes
        });
        fit.count().max(1)
    }

    async fn some(
        &self,
        texts: &[&str],
        request: &EmbedRequest<'_>,
        all: &mut Embeddings,
    ) -> Result<()> {
        let (form, peer) = (self.client.wire(), self.client.peer());
        let (url, body) = form.encode(texts, request.purpose);
        let headers = HeaderMap::new();
        let outgoing = Outgoing { url, headers, body };
        let reply = self.client.post(outgoing, request.deadline).await?;
        let (mut members, reply) = reply_object(reply, peer)?;
        let Some(vectors) = form.vectors(&mut members) else {
            return Err(match Said::from_members(&members) {
                Some(said) => said_error(&said, reply, peer),
                None => undecodable("the reply holds no vectors", reply, peer),
            });
        };
        if vectors.len() != texts.len() {
            let (got, wanted) = (vectors.len(), texts.len());
            let what = format!("the reply holds {got} vectors for {wanted} texts");
            return Err(undecodable(&what, reply, peer));
        }
        all.vectors.extend(vectors);
        if let Some(usage) = form.usage(&members) {
            all.usage = Some(all.usage.unwrap_or_default() + usage);
        }
        if all.model.is_empty() {
            all.model = take_text(&mut members, "model").unwrap_or_else(|| peer.model.clone());
        }
        Ok(())
    }
}

impl Embedder for EmbeddingClient {
    fn embed<'a>(&'a self, request: EmbedRequest<'a>) -> BoxFuture<'a, Result<Embeddings>> {
        Box::pin(async move {
            if telemetry::is_on() {
                watched::embed(self, request).await
            } else {
                self.all(request).await
            }
        })
    }

    fn name(&self) -> &str {
        self.client.model()
    }

    /// As it was set on the builder.
    fn dimensions(&self) -> Option<usize> {
        self.dimensions.and_then(|it| usize::try_from(it).ok())
    }
}

/// Without keys and without the values of headers.
impl fmt::Debug for EmbeddingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddingClient")
            .field("client", &self.client)
            .field("dimensions", &self.dimensions)
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}

/// The address of a server that is given as one.
#[cfg(any(feature = "openai", feature = "gemini"))]
fn as_given(base: &str) -> String {
    base.to_owned()
}
