//! Settings of a client, checked when it is built.
use super::{Format, Gemini, GeminiApi, Route, family::family, generate, interactions};
use crate::{
    Secret,
    wire::{Client, Connection, Keyed, connection_settings},
};
use sigflow_core::Result;

pub(crate) const GOOGLE: &str = "https://generativelanguage.googleapis.com";
pub(crate) const KEY_HEADER: &str = "x-goog-api-key";
pub(crate) const KEY_HINT: &str = "set GEMINI_API_KEY";
/// The version of the API, where a base URL names none.
const VERSION: &str = "/v1beta";

/// Settings of a [`Gemini`] client. Each has a default; nothing is checked before [`build`](Self::build).
///
/// ```
/// use serde_json::json;
/// use sigflow_providers::{Gemini, GeminiApi};
///
/// let extra = json!({"cachedContent": "cachedContents/abc", "generationConfig": {"topK": 40}});
/// let model = Gemini::builder("gemini-2.5-flash")
///     .api_key("AIza-123456")
///     .api(GeminiApi::GenerateContent)
///     .extra_body(extra.as_object().cloned().unwrap_or_default())
///     .build()?;
/// assert_eq!(model.host(), "generativelanguage.googleapis.com");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
///
/// [`extra_body`](Self::extra_body) takes members in the form of the API that is used; those of `generationConfig`
/// (`generation_config`) join ours. With extra members and no [`api`](Self::api), all calls go by one API, so that
/// the members always fit.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct GeminiBuilder {
    connection: Connection,
    api: Option<GeminiApi>,
}

impl GeminiBuilder {
    pub(super) fn new(model: String) -> Self {
        GeminiBuilder {
            connection: Connection::new(model),
            api: None,
        }
    }

    /// Where the server is, with the version of the API or without: `/v1beta` if none is named, which knows
    /// what `/v1` does and more. Default
    /// `https://generativelanguage.googleapis.com`.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent as `x-goog-api-key`.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// By which API all calls go; see [`Gemini`](Gemini#which-api) for the default.
    pub fn api(mut self, api: GeminiApi) -> Self {
        self.api = Some(api);
        self
    }

    connection_settings!();

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours.
    pub fn build(self) -> Result<Gemini> {
        let given = self.connection.base_url.as_ref().map(Secret::expose);
        let is_google =
            given.is_none_or(|url| url.contains("://generativelanguage.googleapis.com"));
        let has_extra = !self.connection.extra.is_empty();
        let route = match self.api {
            Some(api) => Route::Always(api),
            None if !is_google => Route::Always(GeminiApi::GenerateContent),
            None if has_extra => Route::Always(GeminiApi::Interactions),
            None => Route::AsNeeded,
        };
        let version = version(given.unwrap_or(GOOGLE));
        let model = path(&self.connection.model);
        let whole = format!("{version}/{model}:generateContent");
        let interact = format!("{version}/interactions");
        let shown = match route {
            Route::Always(GeminiApi::GenerateContent) => &whole,
            _ => &interact,
        };
        let keyed = Keyed::Header(KEY_HEADER);
        let prepared = self.connection.prepare(GOOGLE, shown, keyed, KEY_HINT)?;

        let family = family(&prepared.model);
        let files = prepared.at(&format!("{version}/"));
        let files = format!("{}{}", files.origin().ascii_serialization(), files.path());
        let (thinks, extra) = (prepared.capabilities.reasoning, &prepared.extra);
        let none = serde_json::Map::new();
        // the members of one API are unknown to the other
        let (of_generate, of_interactions) = match route {
            Route::Always(GeminiApi::GenerateContent) => (extra, &none),
            _ => (&none, extra),
        };
        let mut streamed = prepared.at(&format!("{version}/{model}:streamGenerateContent"));
        streamed.query_pairs_mut().append_pair("alt", "sse");
        let wire = Format {
            route,
            generate: generate::request::Encoder::new(family, files.clone(), thinks, of_generate)?,
            interactions: interactions::request::Encoder::new(
                &prepared.model,
                family,
                files,
                thinks,
                of_interactions,
            )?,
            whole: prepared.at(&whole),
            streamed,
            interact: prepared.at(&interact),
        };
        Ok(Gemini {
            client: Client::new(wire, prepared),
        })
    }
}

/// `/v1beta`, unless the base URL ends with a version.
pub(crate) fn version(base: &str) -> &'static str {
    let path = base.split(['?', '#']).next().unwrap_or(base);
    let last = path.trim_end_matches('/').rsplit('/').next();
    let number = last.and_then(|last| last.strip_prefix('v'));
    if number.is_some_and(|number| number.starts_with(|digit: char| digit.is_ascii_digit())) {
        ""
    } else {
        VERSION
    }
}

/// The model as a path: `models/NAME`, unless the name says of which kind it is.
pub(crate) fn path(model: &str) -> String {
    let model = model.trim();
    let named = ["models/", "tunedModels/", "publishers/", "projects/"];
    if named.iter().any(|kind| model.starts_with(kind)) {
        model.to_owned()
    } else {
        format!("models/{model}")
    }
}
