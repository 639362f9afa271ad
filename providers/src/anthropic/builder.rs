//! Settings of a client, checked when it is built.
use super::{Anthropic, Encoder, Messages};
use crate::{
    Secret,
    wire::{Client, Connection, Keyed, connection_settings},
};
use reqwest::header::{HeaderName, HeaderValue};
use sigflow_core::Result;

const ANTHROPIC: &str = "https://api.anthropic.com";
/// The path of calls.
const PATH: &str = "/v1/messages";
/// The version of the API that is spoken here; there has been no other since.
const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

/// Settings of an [`Anthropic`] client. Each has a default; nothing is checked before
/// [`build`](Self::build).
///
/// ```
/// use sigflow_providers::Anthropic;
/// use std::time::Duration;
///
/// let model = Anthropic::builder("claude-sonnet-4-5")
///     .api_key("sk-ant-123456")
///     .max_tokens(4096)
///     .header("anthropic-beta", "files-api-2025-04-14")
///     .total_timeout(Duration::from_secs(300))
///     .build()?;
/// assert_eq!(model.host(), "api.anthropic.com");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct AnthropicBuilder {
    connection: Connection,
    max_tokens: Option<u32>,
}

impl AnthropicBuilder {
    pub(super) fn new(model: String) -> Self {
        AnthropicBuilder {
            connection: Connection::new(model),
            max_tokens: None,
        }
    }

    /// Where the server is: everything before `/v1/messages`. A `/v1` at its end is taken as part of the path.
    /// Default `https://api.anthropic.com`.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent in the header `x-api-key`. Without one no such header is sent; a server that wants
    /// `authorization` gets it by [`header`](Self::header).
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// The longest reply of calls that do not set one, thoughts included. By default as long as the model's
    /// family can: 4,096 (Claude 3) to 128,000 tokens (from 4.6 on), and 8,192 of a model that is none of
    /// Anthropic's.
    pub fn max_tokens(mut self, tokens: u32) -> Self {
        self.max_tokens = Some(tokens);
        self
    }

    connection_settings!();

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours.
    pub fn build(mut self) -> Result<Anthropic> {
        let hint = "set ANTHROPIC_API_KEY";
        if let Some(base) = &self.connection.base_url {
            let base = base.expose().trim_end_matches('/');
            let base = base.strip_suffix("/v1").unwrap_or(base);
            self.connection.base_url = Some(Secret::new(base));
        }
        let keyed = Keyed::Header("x-api-key");
        let mut prepared = self.connection.prepare(ANTHROPIC, PATH, keyed, hint)?;
        prepared
            .headers
            .entry(HeaderName::from_static(VERSION.0))
            .or_insert(HeaderValue::from_static(VERSION.1));
        let encoder = Encoder::new(&prepared.model, self.max_tokens, &prepared.extra)?;
        let url = prepared.at(PATH);
        let wire = Messages { url, encoder };
        Ok(Anthropic {
            client: Client::new(wire, prepared),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        for (base, whole) in [
            (
                "https://api.anthropic.com",
                "https://api.anthropic.com/v1/messages",
            ),
            ("http://h:8080/", "http://h:8080/v1/messages"),
            ("http://h/v1", "http://h/v1/messages"),
            ("http://h/v1/messages", "http://h/v1/messages"),
            (
                "http://h/proxy/anthropic/v1/",
                "http://h/proxy/anthropic/v1/messages",
            ),
        ] {
            let model = Anthropic::builder("m").base_url(base).build();
            let model = model.expect("a client");
            assert_eq!(model.client.wire().url.as_str(), whole, "{base}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_when_it_is_built() {
        let extra = serde_json::json!({"messages": []});
        let builder =
            Anthropic::builder("m").extra_body(extra.as_object().cloned().expect("members"));
        let error = builder.build().expect_err("it is ours");
        assert!(error.is_configuration() && error.to_string().contains("`messages`"));
        let error = Anthropic::builder("").build().expect_err("no name");
        assert!(error.is_configuration());
    }

    #[test]
    fn debug_shows_no_secret() {
        let builder = Anthropic::builder("m")
            .base_url("https://me:pass-word-1@example.com/v1")
            .api_key("sk-ant-secret")
            .header("authorization", "Bearer header-secret");
        let shown = format!("{builder:?}");
        let model = builder.build().expect("a client");
        let shown = format!("{shown} {model:?} {}", model.endpoint());
        for secret in ["pass-word-1", "sk-ant-secret", "header-secret"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("x-api-key"), "{shown}");
    }
}
