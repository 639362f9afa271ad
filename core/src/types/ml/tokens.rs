//! What a call used.
use super::{held, limit, record, refused, valid};
use crate::{
    Error, Field, InputField, Reader, Result, Usage, View,
    constant::Ref,
    error::Fault,
    field::mismatch,
    read::unclean,
    schema::{Category, Constraint, Meaning, Schema},
    types::record::serde_traits,
};
use serde_json::Value;
use std::{fmt, str::FromStr};

/// A number of tokens, 0 to 1,000,000.
///
/// ```
/// use sigflow_core::{Reason, types::TokenCount};
///
/// assert_eq!("12,500".parse::<TokenCount>()?.get(), 12_500);
/// assert_eq!(TokenCount::new(1_000_001).unwrap_err().reason(), Some(Reason::Above));
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenCount(u32);

pub(super) static COUNT: Meaning = Meaning::new(
    "token_count",
    Category::Metrics,
    "A whole number of tokens, at most 1000000.",
);
static COUNT_SCHEMA: Schema = Schema::Constrained(
    Ref::new(&Schema::Integer("uint32")),
    Ref::new(
        const {
            &[
                Constraint::Ge(limit(0.0, "0")),
                Constraint::Le(limit(1_000_000.0, "1000000")),
                Constraint::Meaning(&COUNT),
            ]
        },
    ),
);

impl TokenCount {
    /// What kind of thing it is.
    pub const CATEGORY: Category = COUNT.category();
    /// The greatest.
    pub const MAX: TokenCount = TokenCount(1_000_000);

    /// A number of tokens.
    ///
    /// # Errors
    /// If there are more than [`MAX`](Self::MAX).
    pub fn new(count: u64) -> Result<Self> {
        Self::from_value(Value::from(count)).map_err(|fault| refused(fault, &COUNT))
    }
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
    /// Both together, unless that is more than [`MAX`](Self::MAX).
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let sum = TokenCount(self.0 + other.0);
        (sum <= Self::MAX).then_some(sum)
    }
}

impl InputField for TokenCount {
    const SCHEMA: Ref<Schema> = Ref::new(&COUNT_SCHEMA);
    fn view(&self) -> View<'_> {
        View::Integer(self.0.into())
    }
}
impl Field for TokenCount {
    fn from_value(value: Value) -> Result<Self, Fault> {
        u32::from_value(held(&COUNT_SCHEMA, value)?).map(TokenCount)
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if let Some(value) = reader.given() {
            return Self::from_value(value);
        }
        let count = TokenCount(u32::read(reader)?);
        if count > Self::MAX {
            return Err(unclean());
        }
        Ok(count)
    }
}
serde_traits!(TokenCount);

impl FromStr for TokenCount {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::from_value(Value::from(text)).map_err(|fault| refused(fault, &COUNT))
    }
}
impl TryFrom<u64> for TokenCount {
    type Error = Error;
    fn try_from(count: u64) -> Result<Self> {
        Self::new(count)
    }
}
impl From<TokenCount> for u64 {
    fn from(count: TokenCount) -> u64 {
        count.0.into()
    }
}
impl fmt::Display for TokenCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The tokens of a call: those of the prompt, those of the reply, and both together.
///
/// ```
/// use sigflow_core::{Usage, types::TokenUsage};
///
/// let usage = TokenUsage::from(Usage::new(12, 3));
/// assert_eq!(usage.total_tokens(), 15);
///
/// let error = serde_json::from_str::<TokenUsage>(
///     r#"{"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 16}"#,
/// ).unwrap_err();
/// assert!(error.to_string().contains("`total_tokens` is `16`, must be 15, the sum of the other two"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
}

pub(super) static USAGE: Meaning =
    Meaning::new("token_usage", Category::Metrics, "").checked(adds_up);

fn adds_up(value: &Value) -> Result<(), Fault> {
    let of = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
    let total = of("total_tokens");
    match of("prompt_tokens").checked_add(of("completion_tokens")) {
        Some(sum) if sum == total => Ok(()),
        Some(sum) => Err(Fault::constraint(
            "total_tokens",
            format!("{sum}, the sum of the other two"),
            format!("`{total}`"),
        )),
        None => Err(mismatch(
            "numbers of tokens whose sum fits into 64 bits",
            value,
        )),
    }
}

record! {
    TokenUsage: USAGE, "Tokens of a call; `total_tokens` is the sum of the other two.",
    prompt_tokens ["input_tokens"] "tokens of the prompt" &[], None => u64;
    completion_tokens ["output_tokens"] "tokens of the reply" &[], None => u64;
    total_tokens [] "all of them" &[], None => u64;
}

impl TokenUsage {
    /// Tokens in and out.
    ///
    /// # Errors
    /// If their sum does not fit into 64 bits.
    pub fn new(prompt_tokens: u64, completion_tokens: u64) -> Result<Self> {
        let usage = TokenUsage {
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens.wrapping_add(completion_tokens),
        };
        valid(usage, TokenUsage::SCHEMA, &USAGE)
    }
    /// Tokens of the prompt.
    pub const fn prompt_tokens(&self) -> u64 {
        self.prompt_tokens
    }
    /// Tokens of the reply.
    pub const fn completion_tokens(&self) -> u64 {
        self.completion_tokens
    }
    /// All of them.
    pub const fn total_tokens(&self) -> u64 {
        self.total_tokens
    }
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        TokenUsage {
            prompt_tokens: usage.input_tokens,
            completion_tokens: usage.output_tokens,
            total_tokens: usage.total_tokens(),
        }
    }
}
