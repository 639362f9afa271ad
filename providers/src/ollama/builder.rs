//! Settings of a client, checked when it is built.
use super::{Chat, Encoder, LOCAL, Ollama, address};
use crate::{
    Secret, models,
    wire::{Client, Connection, Keyed, connection_settings},
};
use sigflow_core::Result;

/// The path of calls.
const PATH: &str = "/api/chat";

/// Settings of an [`Ollama`] client. Each has a default; nothing is checked before [`build`](Self::build).
///
/// ```
/// use sigflow_providers::Ollama;
/// use std::time::Duration;
///
/// let model = Ollama::builder("qwen3:8b")
///     .base_url("192.168.1.20")
///     .num_ctx(32_768)
///     .keep_alive("30m")
///     .total_timeout(Duration::from_secs(600))
///     .build()?;
/// assert_eq!(model.endpoint(), "http://192.168.1.20:11434/api/chat");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// [`extra_body`](Self::extra_body) takes members beside ours; those of `options` (`top_k`, `min_p`, …) join ours.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct OllamaBuilder {
    connection: Connection,
    num_ctx: Option<u32>,
    keep_alive: Option<String>,
}

impl OllamaBuilder {
    pub(super) fn new(model: String) -> Self {
        OllamaBuilder {
            connection: Connection::new(model),
            num_ctx: None,
            keep_alive: None,
        }
    }

    /// Where the server is, in any form that Ollama's variable `OLLAMA_HOST` may have: `http://127.0.0.1:11434`,
    /// `192.168.1.20`, `:8080`. Default this machine.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent as `Authorization: Bearer …`. Ollama's own servers want one, yours does not.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// How many tokens of context the model is loaded with. What is longer, the server cuts without a word: by default it
    /// takes 4,096 tokens or a little more, by the memory of the machine.
    pub fn num_ctx(mut self, tokens: u32) -> Self {
        self.num_ctx = Some(tokens);
        self
    }

    /// How long the model stays loaded after a call: `30m`, `0` for not at all. By default as the server is set.
    pub fn keep_alive(mut self, time: impl Into<String>) -> Self {
        self.keep_alive = Some(time.into());
        self
    }

    connection_settings!();

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours.
    pub fn build(mut self) -> Result<Ollama> {
        if let Some(given) = &self.connection.base_url {
            self.connection.base_url = Some(Secret::new(root(given.expose())));
        }
        if self.connection.capabilities.is_none() {
            // the server samples by the schema, whatever the model
            let mut capabilities = models::capabilities(&self.connection.model);
            (capabilities.json_schema, capabilities.json_object) = (true, true);
            capabilities.many = false;
            self.connection.capabilities = Some(capabilities);
        }
        let hint = "set OLLAMA_API_KEY";
        let prepared = self.connection.prepare(LOCAL, PATH, Keyed::Bearer, hint)?;
        let encoder = Encoder::new(
            &prepared.model,
            self.num_ctx,
            self.keep_alive.as_deref(),
            prepared.capabilities.reasoning,
            &prepared.extra,
        )?;
        let url = prepared.at(PATH);
        Ok(Ollama {
            client: Client::new(Chat { url, encoder }, prepared),
        })
    }
}

/// The server's root: a URL that was meant for one of its APIs is without its path there. One with a user or a query
/// stays as it is.
pub(crate) fn root(given: &str) -> String {
    let given = given.trim();
    if given.contains(['@', '?', '#']) {
        return given.to_owned();
    }
    let url = address(given);
    let mut root = url.as_str();
    for path in ["/chat", "/embed", "/api", "/v1"] {
        root = root.strip_suffix(path).unwrap_or(root);
    }
    root.to_owned()
}
