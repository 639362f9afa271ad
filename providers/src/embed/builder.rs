//! Settings of a client, checked when it is built.
use super::{EmbeddingClient, Kind};
use crate::{
    Secret,
    wire::{Client, Connection, body::wrong, connection_settings},
};
use sigflow_core::{Capabilities, Result};

/// Settings of an [`EmbeddingClient`]. Each has a default; nothing is checked before [`build`](Self::build).
///
/// ```
/// use sigflow_providers::OpenAi;
///
/// let embedder = OpenAi::embedder("bge-m3").base_url("http://127.0.0.1:8080/v1").batch(32).build()?;
/// assert_eq!(embedder.endpoint(), "http://127.0.0.1:8080/v1/embeddings");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct EmbeddingClientBuilder {
    connection: Connection,
    kind: Kind,
    dimensions: Option<u32>,
    batch: Option<usize>,
}

impl EmbeddingClientBuilder {
    pub(super) fn new(model: String, kind: Kind) -> Self {
        EmbeddingClientBuilder {
            connection: Connection::new(model),
            kind,
            dimensions: None,
            batch: None,
        }
    }

    /// Where the server is, as for chat with it.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent as for chat.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// How long vectors shall be, for models that can make shorter ones. By default as long as the model makes them.
    pub fn dimensions(mut self, dimensions: u32) -> Self {
        self.dimensions = Some(dimensions);
        self
    }

    /// The most texts of one request. By default what the server takes: 256 of OpenAI's, 100 of Gemini's, 64 of Ollama's.
    pub fn batch(mut self, texts: usize) -> Self {
        self.batch = Some(texts);
        self
    }

    connection_settings!(of_any_call);

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours, a batch of no texts.
    pub fn build(mut self) -> Result<EmbeddingClient> {
        let kind = self.kind;
        if self.batch == Some(0) {
            return Err(wrong(
                "a batch of 0 texts would never come to an end; set 1 at least",
            ));
        }
        if let Some(given) = &self.connection.base_url {
            self.connection.base_url = Some(Secret::new((kind.address)(given.expose())));
        }
        // a name of chat's says nothing here
        self.connection.capabilities = Some(Capabilities::CHAT);
        let given = self.connection.base_url.as_ref();
        let given = given.map_or(kind.base, Secret::expose).to_owned();
        let path = (kind.path)(&self.connection.model, &given);
        let prepared = self
            .connection
            .prepare(kind.base, &path, kind.keyed, kind.hint)?;
        let form = (kind.form)(&prepared, self.dimensions, &given)?;
        Ok(EmbeddingClient {
            client: Client::new(form, prepared),
            provider: kind.provider,
            dimensions: self.dimensions,
            batch: self.batch.unwrap_or(kind.batch),
            bytes: kind.bytes,
        })
    }
}
