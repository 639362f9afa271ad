//! What a model said, as a value.
use super::{TokenUsage, record};
use crate::{
    FinishReason, Response,
    schema::{Category, Meaning},
};

/// What a model said, which model it was, and what that took: for signatures that judge or compare replies.
///
/// ```
/// use sigflow_core::{Response, Usage, types::ModelOutput};
///
/// let mut response = Response::text("Paris");
/// response.model = "gpt-5-mini".into();
/// response.usage = Some(Usage::new(12, 3));
/// let output = ModelOutput::of(&response);
/// assert_eq!((output.content.as_str(), output.model.as_str()), ("Paris", "gpt-5-mini"));
/// assert_eq!(output.usage.map(|usage| usage.total_tokens()), Some(15));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ModelOutput {
    /// The words.
    pub content: String,
    /// The model.
    pub model: String,
    /// Tokens, if they are known.
    pub usage: Option<TokenUsage>,
    /// Why it ended, if that is known.
    pub finish_reason: Option<String>,
}

pub(super) static MEANING: Meaning = Meaning::new("model_output", Category::Model, "");

record! {
    ModelOutput: MEANING, "What a model said.",
    content ["text"] "its words" &[], None => String;
    model [] "which model" &[], None => String;
    usage [] "what it took" &[], Some("null") => Option<TokenUsage>;
    finish_reason [] "why it ended" &[], Some("null") => Option<String>;
}

impl ModelOutput {
    /// What a model said.
    pub fn new(content: impl Into<String>, model: impl Into<String>) -> Self {
        ModelOutput {
            content: content.into(),
            model: model.into(),
            ..ModelOutput::default()
        }
    }
    /// The same with the tokens that it took.
    #[must_use]
    pub fn with_usage(mut self, usage: TokenUsage) -> Self {
        self.usage = Some(usage);
        self
    }
    /// The same with why it ended.
    #[must_use]
    pub fn with_finish_reason(mut self, reason: impl Into<String>) -> Self {
        self.finish_reason = Some(reason.into());
        self
    }
    /// The first completion of a response.
    pub fn of(response: &Response) -> Self {
        let first = response.completions.first();
        ModelOutput {
            content: first.map(|first| first.text.clone()).unwrap_or_default(),
            model: response.model.clone(),
            usage: response.usage.map(TokenUsage::from),
            finish_reason: first
                .and_then(|first| first.finish_reason.as_ref())
                .map(|reason| word(reason).to_owned()),
        }
    }
}

/// The word that most servers have for it.
fn word(reason: &FinishReason) -> &str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Other(word) => word,
    }
}
