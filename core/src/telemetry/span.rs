//! Stretches of time that ended.
use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

/// A stretch of time that ended, with what is known of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// What all spans of one run share; under a run its [`RunId`](crate::RunId).
    pub trace: u128,
    /// Its own number, never 0.
    pub id: u64,
    /// The span around it.
    pub parent: Option<u64>,
    /// What it is.
    pub kind: SpanKind,
    /// Its name, by the conventions: `chat gpt-5-mini`.
    pub name: String,
    /// When it began.
    pub start: SystemTime,
    /// How long it took.
    pub duration: Duration,
    /// The message of a failure; [`attributes`](Self::attributes) has `error.type` then.
    pub error: Option<String>,
    /// What is known of it, by the names of the conventions.
    pub attributes: Vec<(&'static str, Value<'static>)>,
}

impl Span {
    /// An attribute by its name.
    pub fn attribute(&self, name: &str) -> Option<&Value<'static>> {
        let mut all = self.attributes.iter();
        all.find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }
}

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpanKind {
    /// A program.
    Program,
    /// A program inside of another.
    Module,
    /// A call of a predictor.
    Prediction,
    /// A request to a model.
    Chat,
    /// Texts that are made vectors.
    Embeddings,
    /// A tool at work.
    Tool,
    /// One HTTP request.
    Attempt,
}

impl SpanKind {
    /// Whether the span waits for somebody outside of the process: OpenTelemetry's kind client.
    pub const fn is_client(self) -> bool {
        matches!(
            self,
            SpanKind::Chat | SpanKind::Embeddings | SpanKind::Attempt
        )
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// Several texts.
    Texts(Vec<String>),
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}
impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }
}
impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Value::Int(count.into())
    }
}
impl From<u16> for Value<'_> {
    fn from(count: u16) -> Self {
        Value::Int(count.into())
    }
}
impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}
impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Float(number)
    }
}
impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}
impl From<Vec<String>> for Value<'_> {
    fn from(texts: Vec<String>) -> Self {
        Value::Texts(texts)
    }
}
