//! Servers that users run themselves.
use super::{
    TokenField,
    quirks::{CacheForm, EffortForm, LogprobsForm, Quirks, ReplayForm},
};
use crate::wire::Keyed;

/// Nothing is known: the words that most servers take.
pub(super) const OTHER: Quirks = Quirks {
    hosts: &[],
    keyed: Keyed::Bearer,
    token_field: TokenField::MaxTokens,
    stream_usage: true,
    effort: EffortForm::Words,
    seed: "seed",
    required: "required",
    many: true,
    logprobs: LogprobsForm::OpenAi,
    schemas: true,
    cache: CacheForm::None,
    replay: ReplayForm::None,
};

/// It translates for whatever is behind it, our words among them.
pub(super) const LITELLM: Quirks = OTHER;

/// docs.vllm.ai. What its `structured_outputs` can beyond schemas (`regex`, `choice`, `grammar`) goes into the
/// extra members; a schema goes as `response_format`, which versions before it know too.
pub(super) const VLLM: Quirks = Quirks {
    effort: EffortForm::Template,
    ..OTHER
};

/// llama.cpp, tools/server/README.md.
pub(super) const LLAMACPP: Quirks = Quirks {
    effort: EffortForm::Template,
    ..OTHER
};

/// ollama docs/openai.md: no `n`.
pub(super) const OLLAMA: Quirks = Quirks {
    effort: EffortForm::Common,
    many: false,
    ..OTHER
};
