//! Sampling settings. What is not set is not sent.
use std::sync::Arc;

/// How to sample. Every setting is optional, and one that is not set is not sent: the server's
/// default holds.
///
/// ```
/// use sigflow_core::Settings;
/// let mine = Settings { temperature: Some(0.2), ..Settings::default() };
/// let theirs = Settings { temperature: Some(1.0), max_tokens: Some(100), ..Settings::default() };
/// let both = mine.or(&theirs);
/// assert_eq!((both.temperature, both.max_tokens), (Some(0.2), Some(100)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Randomness, commonly 0 to 2.
    pub temperature: Option<f64>,
    /// Nucleus sampling, 0 to 1.
    pub top_p: Option<f64>,
    /// The longest reply, in tokens.
    pub max_tokens: Option<u32>,
    /// Completions for one request.
    pub n: Option<u32>,
    /// Asks for repeatable sampling, where the server can.
    pub seed: Option<i64>,
    /// How much the model shall think before it answers.
    pub reasoning_effort: Option<Effort>,
    /// Texts that end the reply.
    pub stop: Option<Arc<[String]>>,
    /// How sure the model was of each token, with so many of the likeliest others (0 to 20).
    pub logprobs: Option<u8>,
    /// Whether the server shall keep what all calls of a predictor share: system prompt, tools and demos.
    pub prompt_cache: Option<PromptCache>,
}

/// How long a server shall keep the beginning of a prompt that comes again. Servers that cache by themselves
/// are told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptCache {
    /// As short as the server does: commonly 5 minutes after the last use.
    Short,
    /// As long as the server does: commonly an hour; writing costs more.
    Long,
}

/// How much a model shall think before it answers.
///
/// ```
/// use sigflow_core::Effort;
/// assert_eq!(Effort::ALL.map(Effort::as_str), ["none", "minimal", "low", "medium", "high", "xhigh", "max"]);
/// assert_eq!(Effort::of("high"), Some(Effort::High));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effort {
    /// Not at all.
    None,
    /// As little as it can.
    Minimal,
    /// A little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// Very much.
    XHigh,
    /// As much as it can.
    Max,
}

impl Effort {
    /// All of them, the least first.
    pub const ALL: [Effort; 7] = [
        Effort::None,
        Effort::Minimal,
        Effort::Low,
        Effort::Medium,
        Effort::High,
        Effort::XHigh,
        Effort::Max,
    ];
    /// The word for it on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Effort::None => "none",
            Effort::Minimal => "minimal",
            Effort::Low => "low",
            Effort::Medium => "medium",
            Effort::High => "high",
            Effort::XHigh => "xhigh",
            Effort::Max => "max",
        }
    }
    /// The one that a word stands for.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effort| effort.as_str() == word)
    }
}

impl Settings {
    /// Mine where set, else `other`'s.
    #[must_use]
    pub fn or(&self, other: &Settings) -> Settings {
        Settings {
            temperature: self.temperature.or(other.temperature),
            top_p: self.top_p.or(other.top_p),
            max_tokens: self.max_tokens.or(other.max_tokens),
            n: self.n.or(other.n),
            seed: self.seed.or(other.seed),
            reasoning_effort: self.reasoning_effort.or(other.reasoning_effort),
            stop: self.stop.clone().or_else(|| other.stop.clone()),
            logprobs: self.logprobs.or(other.logprobs),
            prompt_cache: self.prompt_cache.or(other.prompt_cache),
        }
    }
}
