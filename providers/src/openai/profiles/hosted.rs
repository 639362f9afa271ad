//! Servers that others run.
use super::{
    TokenField,
    local::OTHER,
    quirks::{CacheForm, EffortForm, LogprobsForm, Quirks, ReplayForm},
};
use crate::wire::Keyed;

/// `openai/openai-openapi`, `CreateChatCompletionRequest`.
pub(super) const OPENAI: Quirks = Quirks {
    hosts: &["api.openai.com"],
    token_field: TokenField::MaxCompletionTokens,
    cache: CacheForm::OpenAi,
    ..OTHER
};

/// OpenAI's own protocol with the key in a header of its own. Filters say what they found beside each answer.
pub(super) const AZURE: Quirks = Quirks {
    hosts: &[
        "openai.azure.com",
        "services.ai.azure.com",
        "cognitiveservices.azure.com",
    ],
    keyed: Keyed::Header("api-key"),
    ..OPENAI
};

/// openrouter.ai/docs: reasoning tokens, prompt caching.
pub(super) const OPENROUTER: Quirks = Quirks {
    hosts: &["openrouter.ai"],
    effort: EffortForm::Object,
    cache: CacheForm::Marks,
    replay: ReplayForm::ReasoningDetails,
    ..OTHER
};

/// console.groq.com/docs: `n` must be 1, `logprobs` are refused, tokens of streams come in `x_groq`.
pub(super) const GROQ: Quirks = Quirks {
    hosts: &["api.groq.com"],
    token_field: TokenField::MaxCompletionTokens,
    effort: EffortForm::Groq,
    many: false,
    logprobs: LogprobsForm::None,
    ..OTHER
};

/// docs.mistral.ai: unknown members are refused, `stream_options` among them; tokens of streams come unasked.
pub(super) const MISTRAL: Quirks = Quirks {
    hosts: &["api.mistral.ai"],
    stream_usage: false,
    effort: EffortForm::Switch,
    seed: "random_seed",
    required: "any",
    logprobs: LogprobsForm::None,
    ..OTHER
};

/// api-docs.deepseek.com: the thinking mode and its efforts; JSON objects but no schemas; thoughts of turns that
/// call tools must come back.
pub(super) const DEEPSEEK: Quirks = Quirks {
    hosts: &["api.deepseek.com"],
    effort: EffortForm::DeepSeek,
    seed: "",
    many: false,
    schemas: false,
    replay: ReplayForm::ReasoningContent,
    ..OTHER
};

/// docs.x.ai.
pub(super) const XAI: Quirks = Quirks {
    hosts: &["api.x.ai"],
    token_field: TokenField::MaxCompletionTokens,
    effort: EffortForm::Common,
    ..OTHER
};

/// docs.together.ai.
pub(super) const TOGETHER: Quirks = Quirks {
    hosts: &["api.together.xyz", "api.together.ai"],
    effort: EffortForm::Together,
    logprobs: LogprobsForm::Count,
    ..OTHER
};
