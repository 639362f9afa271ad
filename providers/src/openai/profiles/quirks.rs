//! The ways in which servers differ, each a field.
use super::super::TokenField;
use crate::wire::Keyed;

/// How one server speaks the protocol.
#[derive(Debug)]
pub(in crate::openai) struct Quirks {
    /// Ends of the host names that are its own.
    pub(in crate::openai) hosts: &'static [&'static str],
    pub(in crate::openai) keyed: Keyed,
    pub(in crate::openai) token_field: TokenField,
    /// Streams must be asked for their tokens. Who sends them unasked may refuse the question.
    pub(in crate::openai) stream_usage: bool,
    /// How it is told how much to think.
    pub(in crate::openai) effort: EffortForm,
    /// Its name for the seed; empty where it has none.
    pub(in crate::openai) seed: &'static str,
    /// Its word for “call one tool at least”.
    pub(in crate::openai) required: &'static str,
    /// Gives several completions for one request.
    pub(in crate::openai) many: bool,
    pub(in crate::openai) logprobs: LogprobsForm,
    /// Takes a JSON schema for replies; else only “some JSON object”.
    pub(in crate::openai) schemas: bool,
    pub(in crate::openai) cache: CacheForm,
    pub(in crate::openai) replay: ReplayForm,
}

/// How a server is told how much to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::openai) enum EffortForm {
    /// `reasoning_effort` with our words.
    Words,
    /// `reasoning_effort` with `none`, `low`, `medium` and `high`; others become the nearest of them.
    Common,
    /// Groq: as [`Common`](Self::Common) without `none`; models of Qwen know `none` and `default` alone.
    Groq,
    /// Mistral: `none` or `high`.
    Switch,
    /// `DeepSeek`: `low`, `high` and `max`; not at all is another member.
    DeepSeek,
    /// Together: `low`, `medium` and `high`; not at all is another member.
    Together,
    /// OpenRouter: an object `reasoning`.
    Object,
    /// Servers that hand it to the model's template: not at all is a word of the template.
    Template,
}

/// How a server is asked how sure the model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::openai) enum LogprobsForm {
    /// `logprobs: true` and `top_logprobs`.
    OpenAi,
    /// `logprobs` is the number.
    Count,
    /// It cannot.
    None,
}

/// How a server is told to keep the beginning of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::openai) enum CacheForm {
    /// It caches by itself, or not at all.
    None,
    /// `prompt_cache_key`, and marks for the models that have them.
    OpenAi,
    /// Anthropic's `cache_control` in content parts.
    Marks,
}

/// What the server wants back of its own turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::openai) enum ReplayForm {
    None,
    /// `reasoning_content` of turns that call tools.
    ReasoningContent,
    /// `reasoning_details`, signed thoughts among them.
    ReasoningDetails,
}
