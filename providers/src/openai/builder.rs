//! Settings of a client, checked when it is built.
use super::{Encoder, OpenAi, TokenField};
use crate::{
    Secret,
    http::{
        CONNECT, Peer, TOTAL,
        client::{Http, Timeouts},
    },
    models,
    secret::Redactor,
};
use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Map, Value};
use sigflow_core::{Capabilities, Error, ErrorKind, Result};
use std::time::Duration;

const OPENAI: &str = "https://api.openai.com/v1";
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
    model: String,
    base_url: Option<Secret>,
    api_key: Option<Secret>,
    headers: Vec<(String, Secret)>,
    extra: Map<String, Value>,
    token_field: Option<TokenField>,
    capabilities: Option<Capabilities>,
    stream_usage: Option<bool>,
    timeouts: Timeouts,
}

impl OpenAiBuilder {
    pub(super) fn new(model: String) -> Self {
        OpenAiBuilder {
            model,
            base_url: None,
            api_key: None,
            headers: Vec::new(),
            extra: Map::new(),
            token_field: None,
            capabilities: None,
            stream_usage: None,
            timeouts: Timeouts {
                connect: CONNECT,
                first_byte: None,
                total: TOTAL,
            },
        }
    }

    /// Where the server is: everything before `/chat/completions`, usually ending in `/v1`. A query
    /// (Azure's `?api-version=…`) stays behind the path. Default `https://api.openai.com/v1`.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent as `Authorization: Bearer …`. Without one no such header is sent.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// One more header of each request; one of the same name replaces ours (`authorization`, say). Its
    /// value is kept as secret as the key.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The organization that pays, for keys that belong to several: header `OpenAI-Organization`.
    pub fn organization(self, organization: impl Into<Secret>) -> Self {
        self.header("openai-organization", organization)
    }

    /// More members of each request's body, for what a server needs and no call sets:
    /// `reasoning_effort`, `provider`, `chat_template_kwargs`. Members that calls write themselves
    /// (`temperature`, `messages`, …) are refused by [`build`](Self::build).
    ///
    /// ```
    /// # use sigflow_providers::OpenAi;
    /// let extra = serde_json::json!({ "reasoning_effort": "low" });
    /// let model = OpenAi::builder("gpt-5-mini").extra_body(extra.as_object().cloned().unwrap_or_default());
    /// ```
    pub fn extra_body(mut self, members: Map<String, Value>) -> Self {
        self.extra.extend(members);
        self
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

    /// What the model can do. By default what its name tells
    /// ([`models::capabilities`](crate::models::capabilities)).
    pub fn capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    /// How long connecting may take, name lookup and TLS included. Default 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.connect = limit;
        self
    }

    /// How long the first byte of a reply may take. Not limited by default: a reply in one piece
    /// begins when it is finished, so only the whole call can be.
    pub fn first_byte_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.first_byte = Some(limit);
        self
    }

    /// How long a whole call may take; a call's own deadline may be earlier. Default 120 s.
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.total = limit;
        self
    }

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours.
    pub fn build(self) -> Result<OpenAi> {
        if self.model.trim().is_empty() {
            return Err(wrong("the model has no name"));
        }
        let mut redactor = Redactor::default();
        let url = endpoint(self.base_url.as_ref().map_or(OPENAI, Secret::expose))?;
        if let Some(password) = url.password() {
            redactor.add(password);
        }
        for (_, value) in url.query_pairs().filter(|(_, value)| value.len() >= 8) {
            redactor.add(&value);
        }

        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let key = self.api_key.filter(|key| !key.expose().is_empty());
        if let Some(key) = &key {
            redactor.add(key.expose());
            headers.insert(
                AUTHORIZATION,
                sensitive("the API key", &format!("Bearer {}", key.expose()))?,
            );
        }
        for (name, value) in &self.headers {
            redactor.add(value.expose());
            let header = HeaderName::try_from(name)
                .map_err(|_| wrong(format!("`{name}` is no name of a header")))?;
            if FRAMING.contains(&header.as_str()) {
                return Err(wrong(format!(
                    "header `{header}` is written by the connection itself"
                )));
            }
            headers.insert(
                header,
                sensitive(&format!("the value of header `{name}`"), value.expose())?,
            );
        }

        let host = host(&url);
        let is_openai = url.host_str() == Some(OPENAI_HOST);
        let default = if is_openai {
            TokenField::MaxCompletionTokens
        } else {
            TokenField::MaxTokens
        };
        let mut encoder = Encoder::new(
            &self.model,
            self.token_field.unwrap_or(default),
            &self.extra,
        )?;
        encoder.stream_usage = self
            .stream_usage
            .unwrap_or(url.host_str() != Some(MISTRAL_HOST));
        let peer = Peer {
            url: format!("{}://{host}{}", url.scheme(), url.path()),
            host,
            model: self.model.clone(),
            with_key: key.is_some() || !self.headers.is_empty(),
            redactor,
        };
        Ok(OpenAi {
            capabilities: self
                .capabilities
                .unwrap_or_else(|| models::capabilities(&self.model)),
            http: Http::new(url, self.timeouts),
            model: self.model,
            headers,
            encoder,
            peer,
        })
    }
}

/// Headers that frame a message: another value would make it unreadable.
const FRAMING: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
];

fn endpoint(base: &str) -> Result<Url> {
    // Whatever could be a password in it is not repeated.
    let shown = if base.contains('@') {
        "(not shown)"
    } else {
        base.split(['?', '#']).next().unwrap_or(base)
    };
    let mut url = Url::parse(base)
        .map_err(|error| wrong(format!("base URL `{shown}` is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(format!(
            "base URL `{shown}` must begin with `http://` or `https://`"
        )));
    }
    let path = url.path().trim_end_matches('/');
    // Given whole by mistake, it is still clear what was meant.
    let path = path.strip_suffix("/chat/completions").unwrap_or(path);
    let path = format!("{path}/chat/completions");
    url.set_path(&path);
    url.set_fragment(None);
    Ok(url)
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn sensitive(what: &str, value: &str) -> Result<HeaderValue> {
    // The error of `http` does not repeat the value, but neither does it help: not attached.
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| wrong(format!("{what} holds a character that no header may hold")))?;
    value.set_sensitive(true);
    Ok(value)
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
