//! How many retries all calls of a client may make together.
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

/// How many retries all calls of a client may make together, so that a server in trouble gets hardly more
/// requests than one that is well. Clones share what is left.
///
/// A bucket of 500 tokens, as in the AWS SDKs (their standard mode, version 2.1): a retry takes 14, one of a
/// rate-limited request 5; a call that succeeds gives back what its retries took, and one that needed none adds 1.
/// So a burst of 35 to 100 failures may be retried in full, and while an outage lasts a client makes about one
/// retry for 14 successes, 7 %. The other known rule, a share of the requests of the last seconds (tower's
/// `TpsBudget`: 20 % and 10 a second), is made for servers of high traffic: with a few calls a second its floor
/// alone would allow every retry, and it needs a clock.
///
/// ```
/// use sigflow_core::{Lm, testing::Scripted};
/// use sigflow_providers::retry::{Retry, RetryBudget};
///
/// let budget = RetryBudget::new();
/// let (one, other) = (Scripted::new(["a"]).lm(), Scripted::new(["b"]).lm());
/// // two models of one account, one budget
/// let one = Retry::new(one).budget(&budget).lm();
/// let other = Retry::new(other).budget(&budget).lm();
/// assert_eq!(budget.left(), 500);
/// ```
#[derive(Clone)]
pub struct RetryBudget(Arc<Bucket>);

struct Bucket {
    left: AtomicU32,
    capacity: u32,
}

/// What a retry takes.
const COST: u32 = 14;
/// What a retry of a rate-limited request takes: the server is well, and said when to come back.
const COST_LIMITED: u32 = 5;

impl Default for RetryBudget {
    fn default() -> Self {
        Self::of(500)
    }
}

impl RetryBudget {
    /// A budget of 500 tokens.
    pub fn new() -> Self {
        Self::default()
    }
    /// A budget of another size; 0 allows no retry.
    pub fn of(capacity: u32) -> Self {
        RetryBudget(Arc::new(Bucket {
            left: AtomicU32::new(capacity),
            capacity,
        }))
    }
    /// Tokens that are left.
    pub fn left(&self) -> u32 {
        self.0.left.load(Relaxed)
    }
    /// Takes what a retry costs; nothing if too little is left.
    pub(crate) fn take(&self, limited: bool) -> Option<u32> {
        let cost = if limited { COST_LIMITED } else { COST };
        let less = |left: u32| left.checked_sub(cost);
        self.0.left.fetch_update(Relaxed, Relaxed, less).ok()?;
        Some(cost)
    }
    /// A call succeeded that had taken so much.
    pub(crate) fn succeeded(&self, taken: u32) {
        let more = |left: u32| {
            let now = left.saturating_add(taken.max(1)).min(self.0.capacity);
            (now != left).then_some(now)
        };
        // no change is no failure: the bucket is full
        let _ = self.0.left.fetch_update(Relaxed, Relaxed, more);
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RetryBudget({} of {})", self.left(), self.0.capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_retried_and_then_no_more() {
        let budget = RetryBudget::new();
        let burst = std::iter::from_fn(|| budget.take(false)).count();
        assert_eq!((burst, budget.left()), (35, 10));
        // rate limits take less, down to nothing
        assert_eq!(std::iter::from_fn(|| budget.take(true)).count(), 2);
        assert_eq!((budget.take(true), budget.left()), (None, 0));
        // fourteen calls that needed no retry pay for one
        (0..13).for_each(|_| budget.succeeded(0));
        assert_eq!(budget.take(false), None);
        budget.succeeded(0);
        assert_eq!(budget.take(false), Some(14));
    }

    #[test]
    fn a_retry_that_helped_costs_nothing_and_a_full_bucket_stays_full() {
        let budget = RetryBudget::of(20);
        let taken = budget.take(false).expect("there is enough");
        budget.succeeded(taken);
        budget.succeeded(0);
        assert_eq!(budget.left(), 20);
        assert_eq!(RetryBudget::of(0).take(true), None);
        assert_eq!(format!("{budget:?}"), "RetryBudget(20 of 20)");
    }
}
