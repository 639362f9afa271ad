//! How often and after which wait a failed request is sent again.
use super::{Verdict, random::Random};
use sigflow_core::{Error, ErrorKind};
use std::time::Duration;

/// How often, and after which wait, a failed request is sent again to the same server.
///
/// The wait before retry *i* is `rand(0, 1) · min(base · 2^i, cap)`: “full jitter”, which of the usual forms
/// makes the fewest requests when many callers fail together (Marc Brooker, “Exponential backoff and jitter”,
/// AWS Architecture Blog, 2015; the AWS SDKs do the same). A hint of the server's, `Retry-After` and its kin, is
/// waited for in full and a little longer, unless it is longer than [`longest_hint`](Self::longest_hint): then
/// the error comes at once, with the hint on it, or the next route is asked.
///
/// ```
/// use sigflow_providers::retry::RetryRule;
/// use std::time::Duration;
///
/// let patient = RetryRule::new().retries(4).cap(Duration::from_secs(20));
/// assert_eq!(RetryRule::never().most_retries(), 0);
/// # let _ = patient;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryRule {
    retries: u32,
    base: Duration,
    cap: Duration,
    longest_hint: Duration,
    verdicts: Vec<(ErrorKind, Verdict)>,
}

impl Default for RetryRule {
    fn default() -> Self {
        RetryRule {
            retries: 2,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            longest_hint: Duration::from_mins(1),
            verdicts: Vec::new(),
        }
    }
}

impl RetryRule {
    /// Two retries, base 0.5 s, cap 8 s, hints up to 60 s: the window of most providers' limits is a minute.
    pub fn new() -> Self {
        Self::default()
    }
    /// No retries: a failure is an error, or another route's turn.
    pub fn never() -> Self {
        Self::default().retries(0)
    }
    /// How often a request is sent again; one more is the number of attempts.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
    /// The longest wait before the first retry.
    #[must_use]
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }
    /// The longest wait before any retry, hints of the server's apart.
    #[must_use]
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }
    /// The longest hint of a server's that is waited for.
    #[must_use]
    pub fn longest_hint(mut self, longest: Duration) -> Self {
        self.longest_hint = longest;
        self
    }
    /// Judges a kind otherwise than [`Verdict::of`] does.
    ///
    /// ```
    /// use sigflow_core::{Error, ErrorKind};
    /// use sigflow_providers::retry::{RetryRule, Verdict};
    ///
    /// let rule = RetryRule::new().judge(ErrorKind::ContentFilter, Verdict::Elsewhere);
    /// assert_eq!(rule.verdict(&Error::new(ErrorKind::ContentFilter, "no")), Verdict::Elsewhere);
    /// ```
    #[must_use]
    pub fn judge(mut self, kind: ErrorKind, verdict: Verdict) -> Self {
        self.verdicts.retain(|(known, _)| *known != kind);
        self.verdicts.push((kind, verdict));
        self
    }
    /// How often a request is sent again at most.
    pub fn most_retries(&self) -> u32 {
        self.retries
    }
    /// What a failure means for the next attempt.
    pub fn verdict(&self, error: &Error) -> Verdict {
        let own = self.verdicts.iter().find(|(kind, _)| *kind == error.kind());
        own.map_or_else(|| Verdict::of(error), |(_, verdict)| *verdict)
    }

    /// The longest wait that is ever made for one server.
    pub(crate) fn longest(&self) -> Duration {
        self.longest_hint.max(self.cap)
    }

    /// How long to wait before retry `index`, counted from 0; nothing if the server asks for too much.
    pub(crate) fn wait(
        &self,
        index: u32,
        hint: Option<Duration>,
        random: &Random,
    ) -> Option<Duration> {
        let power = 2_u32.checked_pow(index).unwrap_or(u32::MAX);
        let most = self.base.saturating_mul(power).min(self.cap);
        let jittered = most.mul_f64(random.unit());
        let Some(hint) = hint else {
            return Some(jittered);
        };
        if hint > self.longest_hint {
            return None;
        }
        // all who were sent away together would come back together
        let later = (hint / 10).min(self.base).mul_f64(random.unit());
        Some(jittered.max(hint + later))
    }
}
