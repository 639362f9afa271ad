//! What was tried for one call.
use super::Usage;
use crate::ErrorKind;
use std::time::Duration;

/// One request of a call that may have taken several: a retry, another route, a hedge.
///
/// ```
/// use sigflow_core::{Attempt, Billed, ErrorKind, AttemptOutcome};
/// use std::time::Duration;
///
/// let mut attempt = Attempt::new("openai/gpt-5-mini", AttemptOutcome::Failed(ErrorKind::Timeout), Duration::from_secs(30));
/// attempt.billed = Billed::Unknown;
/// assert!(attempt.outcome.is_failure());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// Who was asked: provider and model, as the user named the route.
    pub route: String,
    /// How it went.
    pub outcome: AttemptOutcome,
    /// What a failure said, without keys.
    pub message: Option<String>,
    /// From sending to the end.
    pub duration: Duration,
    /// How long was waited before it, by the retry rule.
    pub waited: Duration,
    /// Tokens, if the server said.
    pub usage: Option<Usage>,
    /// Whether it costs money.
    pub billed: Billed,
    /// What it cost in US dollars, where a layer knows prices; unknown is nothing, never zero.
    pub cost: Option<f64>,
}

impl Attempt {
    /// An attempt of which no more is known. An answer is billed, a failure is not.
    pub fn new(route: impl Into<String>, outcome: AttemptOutcome, duration: Duration) -> Self {
        Attempt {
            route: route.into(),
            billed: if outcome.is_failure() {
                Billed::No
            } else {
                Billed::Yes
            },
            outcome,
            message: None,
            duration,
            waited: Duration::ZERO,
            usage: None,
            cost: None,
        }
    }
}

/// How an attempt went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The reply is its.
    Answered,
    /// It failed.
    Failed(ErrorKind),
    /// It was left: another was faster, or the caller went away.
    Left,
}

impl AttemptOutcome {
    /// Whether it failed.
    pub const fn is_failure(self) -> bool {
        matches!(self, AttemptOutcome::Failed(_))
    }
}

/// Whether an attempt costs money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Billed {
    /// The server answered.
    Yes,
    /// The server refused, or was not reached.
    No,
    /// The request was sent, and the reply was not heard to its end.
    Unknown,
}
