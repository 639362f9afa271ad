//! Settings of a client, checked when it is built.
use super::{
    Chat, Encoder, OpenAi, Profile, TokenField,
    profiles::{azure, profile_of},
};
use crate::{
    Secret, models,
    names::OPENAI,
    wire::{Client, Connection, connection_settings},
};
use sigflow_core::Result;

/// The path of calls.
const PATH: &str = "/chat/completions";

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
    profile: Option<Profile>,
    api_version: Option<String>,
    token_field: Option<TokenField>,
    stream_usage: Option<bool>,
}

impl OpenAiBuilder {
    pub(super) fn new(model: String) -> Self {
        OpenAiBuilder {
            connection: Connection::new(model),
            profile: None,
            api_version: None,
            token_field: None,
            stream_usage: None,
        }
    }

    /// Where the server is: everything before `/chat/completions`, usually ending in `/v1`. A query stays behind
    /// the path. Default is the usual place of the [profile](Self::profile), else `https://api.openai.com/v1`. Of
    /// Azure the endpoint is enough: `https://NAME.openai.azure.com`.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// Which server it is, with its own ways to speak the protocol. By default what the host of the
    /// [base URL](Self::base_url) tells.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// A dated version of Azure's API (`2024-10-21`), whose calls go to `/openai/deployments/MODEL`. Without one
    /// they go to `/openai/v1`, which needs none.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// The key, sent as `Authorization: Bearer …`, and to Azure as `api-key: …`. Without one no such header is sent.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// The organization that pays, for keys that belong to several: header `OpenAI-Organization`.
    pub fn organization(self, organization: impl Into<Secret>) -> Self {
        self.header("openai-organization", organization)
    }

    /// Under which name the longest reply is sent. By default what the
    /// [profile](Self::profile) says: `max_completion_tokens` to OpenAI, Azure, Groq and xAI, and `max_tokens` to every
    /// other server.
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
        let profile = self.profile.unwrap_or_else(|| profile_of(&self.connection));
        let quirks = profile.quirks();
        let row = profile.row().unwrap_or(&OPENAI);
        let mut connection = self.connection;
        if profile == Profile::Azure {
            azure::place(&mut connection, self.api_version.as_deref())?;
        }
        let is_told = connection.capabilities.is_some();
        let mut prepared = connection.prepare(profile.base(), PATH, quirks.keyed, row.hint)?;
        if !is_told {
            let all = models::capabilities_at(profile.name(), &prepared.model);
            prepared.capabilities = all;
            // what the model can do the server may still not offer
            prepared.capabilities.many &= quirks.many;
            prepared.capabilities.json_schema &= quirks.schemas;
        }
        let mut encoder = Encoder::new(&prepared.model, profile, &prepared.extra)?;
        encoder.token_field = self.token_field.unwrap_or(quirks.token_field);
        encoder.stream_usage = self.stream_usage.unwrap_or(quirks.stream_usage);
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
