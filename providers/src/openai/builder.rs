//! Settings of a client, checked when it is built.
use super::{Chat, Encoder, OpenAi, TokenField};
use crate::{
    Secret,
    wire::{Client, Connection, Keyed, connection_settings},
};
use sigflow_core::Result;

const OPENAI: &str = "https://api.openai.com/v1";
/// The path of calls.
const PATH: &str = "/chat/completions";
/// The one server that no longer takes `max_tokens` for all of its models.
const OPENAI_HOST: &str = "api.openai.com";
/// Refuses members that it does not know.
const MISTRAL_HOST: &str = "api.mistral.ai";

/// Settings of an [`OpenAi`] client. Each has a default; nothing is checked before
/// [`build`](Self::build).
///
/// ```
/// use sigflow_core::Capabilities;
/// use sigflow_providers::OpenAi;
/// use std::time::Duration;
///
/// let model = OpenAi::builder("llama-3.3-70b")
///     .base_url("https://gateway.example.com/v1")
///     .api_key("sk-123456")
///     .header("x-team", "search")
///     .capabilities(Capabilities::ALL)
///     .total_timeout(Duration::from_secs(60))
///     .build()?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct OpenAiBuilder {
    connection: Connection,
    token_field: Option<TokenField>,
    stream_usage: Option<bool>,
}

impl OpenAiBuilder {
    pub(super) fn new(model: String) -> Self {
        OpenAiBuilder {
            connection: Connection::new(model),
            token_field: None,
            stream_usage: None,
        }
    }

    /// Where the server is: everything before `/chat/completions`, usually ending in `/v1`. A query
    /// (Azure's `?api-version=…`) stays behind the path. Default `https://api.openai.com/v1`.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent as `Authorization: Bearer …`. Without one no such header is sent.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// The organization that pays, for keys that belong to several: header `OpenAI-Organization`.
    pub fn organization(self, organization: impl Into<Secret>) -> Self {
        self.header("openai-organization", organization)
    }

    /// Under which name the longest reply is sent. By default `max_completion_tokens` to
    /// `api.openai.com` and `max_tokens` to every other server.
    pub fn token_field(mut self, field: TokenField) -> Self {
        self.token_field = Some(field);
        self
    }

    /// Whether a stream asks for its tokens too (`stream_options`). By default it does, except of Mistral's
    /// server, which sends them unasked and refuses the question; switch it off for another such server.
    pub fn stream_usage(mut self, ask: bool) -> Self {
        self.stream_usage = Some(ask);
        self
    }

    connection_settings!();

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours.
    pub fn build(self) -> Result<OpenAi> {
        let hint = "set OPENAI_API_KEY";
        let prepared = self.connection.prepare(OPENAI, PATH, Keyed::Bearer, hint)?;
        let host = prepared.base.host_str();
        let default = if host == Some(OPENAI_HOST) {
            TokenField::MaxCompletionTokens
        } else {
            TokenField::MaxTokens
        };
        let token_field = self.token_field.unwrap_or(default);
        let mut encoder = Encoder::new(&prepared.model, token_field, &prepared.extra)?;
        encoder.stream_usage = self.stream_usage.unwrap_or(host != Some(MISTRAL_HOST));
        let url = prepared.at(PATH);
        let wire = Chat { url, encoder };
        Ok(OpenAi {
            client: Client::new(wire, prepared),
        })
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
