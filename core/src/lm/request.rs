//! What a model is asked.
use super::{CachePolicy, Handling, Prefix, Role, Settings, Text, Turns};
use crate::Dialect;
use std::{sync::Arc, time::Instant};

/// One question to a model. Providers read it; calls build it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The same for every call of a predictor: system prompt and demos.
    pub prefix: Prefix,
    /// What this call adds, the last message being the caller's.
    pub turns: Turns,
    /// Tools the model may call.
    pub tools: Arc<[ToolSpec]>,
    /// Whether it may, must or must not call one.
    pub tool_choice: ToolChoice,
    /// How the reply shall look.
    pub response_format: ResponseFormat,
    /// How to sample.
    pub settings: Settings,
    /// When the caller stops waiting.
    pub deadline: Option<Instant>,
    /// Distinguishes repeated questions for caches; never sent. With 0 that of the
    /// [`Scope`](super::Scope::with_rollout) counts.
    pub rollout: u32,
    /// What a cache may do with it; never sent.
    pub cache: CachePolicy,
    /// How layers around the model handle it; never sent.
    pub handling: Handling,
}

impl Request {
    /// A request of a prefix and the turns after it.
    pub fn new(prefix: Prefix, turns: impl Into<Turns>) -> Self {
        Request {
            prefix,
            turns: turns.into(),
            tools: no_tools(),
            tool_choice: ToolChoice::Auto,
            response_format: ResponseFormat::Text,
            settings: Settings::default(),
            deadline: None,
            rollout: 0,
            cache: CachePolicy::Use,
            handling: Handling::new(),
        }
    }

    /// All messages in order: system, demos, turns.
    pub fn messages(&self) -> impl Iterator<Item = (Role, &Text)> {
        std::iter::once((Role::System, &self.prefix.system)).chain(
            self.prefix
                .demos
                .iter()
                .chain(&*self.turns)
                .map(|m| (m.role, &m.content)),
        )
    }
}

fn no_tools() -> Arc<[ToolSpec]> {
    static NONE: std::sync::OnceLock<Arc<[ToolSpec]>> = std::sync::OnceLock::new();
    NONE.get_or_init(|| Arc::from([])).clone()
}

/// How the reply shall look.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Text, as the prompt asks for it.
    #[default]
    Text,
    /// Some JSON object.
    JsonObject,
    /// A JSON object by this schema.
    Schema(OutputSchema),
}

/// The schema of a reply, in each dialect; `None` where a dialect cannot say it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OutputSchema {
    /// A name of at most 64 letters, digits, `_` and `-`.
    pub name: Text,
    /// Plain JSON Schema 2020-12.
    pub plain: Text,
    /// OpenAI's strict form.
    pub openai: Option<Text>,
    /// Anthropic's form.
    pub anthropic: Option<Text>,
    /// Gemini's form.
    pub gemini: Option<Text>,
}

impl OutputSchema {
    /// A schema known in its plain form only.
    pub fn new(name: impl Into<Text>, plain: impl Into<Text>) -> Self {
        OutputSchema {
            name: name.into(),
            plain: plain.into(),
            openai: None,
            anthropic: None,
            gemini: None,
        }
    }
    /// The schema in a dialect, if that can say it.
    pub fn in_dialect(&self, dialect: Dialect) -> Option<&Text> {
        match dialect {
            Dialect::Plain => Some(&self.plain),
            Dialect::OpenAi => self.openai.as_ref(),
            Dialect::Anthropic => self.anthropic.as_ref(),
            Dialect::Gemini => self.gemini.as_ref(),
        }
    }
}

/// A tool that a model may call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// A name of at most 64 letters, digits, `_` and `-`.
    pub name: String,
    /// What it does and when to call it.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Text,
    /// The schema is in the server's strict form, and the server shall keep to it.
    pub strict: bool,
    /// The same in each dialect, where they are known: of the tool whose arguments are a signature's outputs. Then
    /// [`parameters`](Self::parameters) is OpenAI's, or the plain one.
    pub dialects: Option<Arc<OutputSchema>>,
}

impl ToolSpec {
    /// A tool by name, description and the JSON Schema of its arguments.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: impl Into<Text>,
    ) -> Self {
        ToolSpec {
            name: name.into(),
            description: description.into(),
            parameters: parameters.into(),
            strict: false,
            dialects: None,
        }
    }
    /// The schema of its arguments for a server of this dialect, and whether the server shall keep to it.
    ///
    /// ```
    /// use sigflow_core::{Dialect, ToolSpec};
    ///
    /// let tool = ToolSpec::new("search", "Searches.", r#"{"type": "object"}"#);
    /// assert_eq!(tool.arguments(Dialect::Anthropic), (&tool.parameters, false));
    /// ```
    pub fn arguments(&self, dialect: Dialect) -> (&Text, bool) {
        match &self.dialects {
            None => (&self.parameters, self.strict),
            Some(schema) => match schema.in_dialect(dialect) {
                Some(text) => (text, dialect != Dialect::Plain),
                None => (&schema.plain, false),
            },
        }
    }
}

/// Whether the model may, must or must not call a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// None.
    None,
    /// One at least.
    Required,
    /// This one.
    Named(String),
}
