//! What one call may take.
use super::{Limiter, Taken};
use crate::calling::{billed, layer::Pass, was_sent};
use sigflow_core::{Billed, Error, ErrorKind, Usage};

/// What one call may take of its limits. Settle it with what was used; dropped, the tokens of the reply flow back.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::Usage;
/// use sigflow_providers::limit::{Limit, Limiter};
///
/// let limiter = Limiter::new(Limit::new().tokens(6_000));
/// let reserved = limiter.reserve(200, 800, None).await?;
/// assert_eq!(limiter.left().tokens, Some(0)); // of the 1,000 of ten seconds
/// reserved.settle(Usage::new(210, 90));
/// assert!(limiter.left().tokens >= Some(700));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "dropped, it counts as a call that was left"]
pub struct Reservation {
    limiter: Limiter,
    taken: Taken,
    is_over: bool,
}

impl Reservation {
    pub(super) fn new(limiter: Limiter, taken: Taken) -> Self {
        Reservation {
            limiter,
            taken,
            is_over: false,
        }
    }

    /// The reply took so much.
    pub fn settle(mut self, usage: Usage) {
        self.is_over = true;
        let paid = usage.input_tokens.saturating_sub(usage.cached_input_tokens);
        let used = [1, usage.total_tokens(), paid, usage.output_tokens];
        self.limiter.settle(&self.taken, used);
    }

    /// Nothing was sent: all of it flows back.
    pub fn unused(mut self) {
        self.is_over = true;
        self.limiter.settle(&self.taken, [0; 4]);
    }

    /// What stays taken if the reply is not known.
    fn keep(mut self) {
        self.is_over = true;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_over {
            // the server has counted the request and its prompt, and stops writing when the connection goes
            let [requests, tokens, input, output] = self.taken.amounts;
            let used = [requests, tokens.saturating_sub(output), input, 0];
            self.limiter.settle(&self.taken, used);
        }
    }
}

impl Pass for Reservation {
    fn answered(self, usage: Option<Usage>, _: &str) -> Option<f64> {
        match usage {
            Some(usage) => self.settle(usage),
            None => self.keep(),
        }
        None
    }
    fn unused(self) {
        // the method of the type itself
        Reservation::unused(self);
    }
    fn failed(mut self, error: &Error) {
        if error.kind() == ErrorKind::RateLimited
            && was_sent(error)
            && let Some(span) = error.retry_after()
        {
            self.limiter.close(span);
        }
        if !was_sent(error) {
            self.unused();
        } else if billed(error) == Billed::No {
            // a refused request counts, its tokens do not
            self.is_over = true;
            let [requests, ..] = self.taken.amounts;
            self.limiter.settle(&self.taken, [requests, 0, 0, 0]);
        } else {
            self.keep();
        }
    }
}
