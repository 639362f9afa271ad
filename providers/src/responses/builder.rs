//! Settings of a client, checked when it is built.
use super::{OpenAiResponses, Responses, request::Encoder};
use crate::{
    Secret,
    names::OPENAI,
    openai::{self, Profile},
    wire::{Client, Connection, connection_settings},
};
use sigflow_core::Result;

/// The path of calls.
const PATH: &str = "/responses";

/// How a model's thoughts are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReasoningSummary {
    /// As the model can best.
    Auto,
    /// In few words.
    Concise,
    /// In many.
    Detailed,
}

impl ReasoningSummary {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            ReasoningSummary::Auto => "auto",
            ReasoningSummary::Concise => "concise",
            ReasoningSummary::Detailed => "detailed",
        }
    }
}

/// Settings of an [`OpenAiResponses`] client. Each has a default; nothing is checked before
/// [`build`](Self::build).
///
/// ```
/// use sigflow_providers::{OpenAiResponses, ReasoningSummary};
///
/// let model = OpenAiResponses::builder("gpt-5.6")
///     .api_key("sk-123456")
///     .reasoning_summary(ReasoningSummary::Auto)
///     .build()?;
/// assert_eq!(model.endpoint(), "https://api.openai.com/v1/responses");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `.build()`"]
pub struct OpenAiResponsesBuilder {
    connection: Connection,
    store: bool,
    summary: Option<ReasoningSummary>,
    encrypted: Option<bool>,
}

impl OpenAiResponsesBuilder {
    pub(super) fn new(model: String) -> Self {
        OpenAiResponsesBuilder {
            connection: Connection::new(model),
            store: false,
            summary: None,
            encrypted: None,
        }
    }

    /// Where the server is: everything before `/responses`, usually ending in `/v1`. Of Azure the endpoint is
    /// enough: `https://NAME.openai.azure.com`. Default `https://api.openai.com/v1`.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Self {
        self.connection.base_url = Some(Secret::new(url));
        self
    }

    /// The key, sent as `Authorization: Bearer …`, and to Azure as `api-key: …`. Without one no such header is sent.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.connection.api_key = Some(key.into());
        self
    }

    /// Whether the server keeps each response, for its own pages and for 30 days. It would by default; here it does
    /// not, unless asked to.
    pub fn store(mut self, store: bool) -> Self {
        self.store = store;
        self
    }

    /// Asks for a summary of what the model thinks: the [reasoning](sigflow_core::Completion::reasoning) of the
    /// reply. Without it OpenAI's models keep their thoughts to themselves.
    pub fn reasoning_summary(mut self, summary: ReasoningSummary) -> Self {
        self.summary = Some(summary);
        self
    }

    /// Whether thoughts come along in encrypted form, to be sent back in the next turn. By default they do for
    /// models whose name tells that they think, and in calls that say how much; models that do not think refuse the
    /// question.
    pub fn encrypted_reasoning(mut self, ask: bool) -> Self {
        self.encrypted = Some(ask);
        self
    }

    connection_settings!();

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a
    /// key or header that no HTTP header may hold, an extra member that is ours.
    pub fn build(self) -> Result<OpenAiResponses> {
        let mut connection = self.connection;
        let profile = openai::profile_of(&connection);
        if profile == Profile::Azure {
            openai::azure_place(&mut connection)?;
        }
        let is_told = connection.capabilities.is_some();
        let mut prepared = connection.prepare(
            OPENAI.base,
            PATH,
            openai::keyed(profile),
            openai::key_hint(profile),
        )?;
        if !is_told {
            prepared.capabilities.many = false;
            prepared.capabilities.reasoning |= self.summary.is_some();
        }
        let mut encoder = Encoder::new(&prepared.model, &prepared.extra)?;
        encoder.store = self.store;
        encoder.summary = self.summary;
        encoder.encrypted = self.encrypted;
        let url = prepared.at(PATH);
        let wire = Responses { url, encoder };
        Ok(OpenAiResponses {
            client: Client::new(wire, prepared),
        })
    }
}
