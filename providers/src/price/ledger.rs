//! What was spent, and what is set aside for calls under way: under one lock, so that calls at once do not take the same
//! dollar. A file by itself, for loom tries it in every order of its steps.
use crate::sync::{Mutex, PoisonError};

/// What was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Spent {
    /// US dollars, of answers whose price is known.
    pub dollars: f64,
    /// US dollars of requests of which nobody knows whether they were billed: the most that they may have cost.
    pub perhaps_dollars: f64,
    /// Tokens in and out.
    pub tokens: u64,
    /// The most tokens of requests of which nobody knows.
    pub perhaps_tokens: u64,
    /// Calls that were answered.
    pub calls: u64,
    /// Answers whose price is not known.
    pub unpriced: u64,
}

/// Dollars and tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) dollars: f64,
    pub(crate) tokens: u64,
}

/// What a call took in the end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Took {
    pub(crate) known: Sum,
    /// Requests of which nobody knows whether they were billed, or how much.
    pub(crate) perhaps: u64,
    pub(crate) is_answered: bool,
    pub(crate) unpriced: u64,
}

/// Why nothing was set aside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Refused {
    pub(crate) spent: Spent,
    /// It is dollars that are missing, and not tokens.
    pub(crate) is_too_dear: bool,
}

/// The books, with their bounds.
pub(crate) struct Ledger {
    dollars: Option<f64>,
    tokens: Option<u64>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    spent: Spent,
    /// For calls under way.
    reserved: Sum,
}

impl Ledger {
    pub(crate) fn new(dollars: Option<f64>, tokens: Option<u64>) -> Self {
        Ledger {
            dollars,
            tokens,
            state: Mutex::new(State::default()),
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
        // each change leaves the state whole
        what(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn spent(&self) -> Spent {
        self.with(|state| state.spent)
    }

    /// Sets aside what a request may take at most, if there is so much.
    pub(crate) fn reserve(&self, most: Sum) -> Result<(), Refused> {
        self.with(|state| {
            let (spent, reserved) = (state.spent, &mut state.reserved);
            let dollars = spent.dollars + spent.perhaps_dollars + reserved.dollars + most.dollars;
            let tokens = [spent.tokens, spent.perhaps_tokens, reserved.tokens];
            let tokens = tokens.into_iter().fold(most.tokens, u64::saturating_add);
            let is_too_dear = self.dollars.is_some_and(|bound| dollars > bound);
            if is_too_dear || self.tokens.is_some_and(|bound| tokens > bound) {
                return Err(Refused { spent, is_too_dear });
            }
            reserved.dollars += most.dollars;
            reserved.tokens = reserved.tokens.saturating_add(most.tokens);
            Ok(())
        })
    }

    /// What was set aside is free again, and what the call took is spent; each request of which nobody knows, at the most.
    pub(crate) fn end(&self, most: Sum, took: &Took) {
        #[allow(clippy::cast_precision_loss)] // of one call
        let times = took.perhaps as f64;
        self.with(|state| {
            let (spent, reserved) = (&mut state.spent, &mut state.reserved);
            reserved.dollars = (reserved.dollars - most.dollars).max(0.0);
            reserved.tokens = reserved.tokens.saturating_sub(most.tokens);
            spent.dollars += took.known.dollars;
            spent.tokens = spent.tokens.saturating_add(took.known.tokens);
            spent.perhaps_dollars += most.dollars * times;
            let perhaps = most.tokens.saturating_mul(took.perhaps);
            spent.perhaps_tokens = spent.perhaps_tokens.saturating_add(perhaps);
            spent.calls += u64::from(took.is_answered);
            spent.unpriced += took.unpriced;
        });
    }
}
