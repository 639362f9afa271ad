//! The part of a program value that is the same in all programs.
use crate::{
    Budget, Error, Lm, Result, Run, RunEntry, Scoped,
    constant::Ref,
    run::{RunLog, Setup},
};
use std::{
    future::Future,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// What a program has besides its predictors and parameters: the model of those that have none of their own,
/// bounds for each run, and its last runs. Clones share the runs.
#[derive(Clone, Debug, Default)]
pub struct Common {
    lm: Option<Lm>,
    timeout: Option<Duration>,
    /// Calls and tokens of each run.
    calls: Option<u64>,
    tokens: Option<u64>,
    /// The value lives for one run only, so nobody will ask for its runs.
    once: bool,
    log: OnceLock<Arc<RunLog>>,
}

impl Common {
    /// Nothing is set.
    pub const fn new() -> Self {
        Self::kept(false)
    }
    /// The same for a value of one run: no runs are kept.
    pub const fn once() -> Self {
        Self::kept(true)
    }
    /// Whether it is for one run.
    pub const fn is_once(&self) -> bool {
        self.once
    }
    const fn kept(once: bool) -> Self {
        Common {
            lm: None,
            timeout: None,
            calls: None,
            tokens: None,
            once,
            log: OnceLock::new(),
        }
    }
    /// The model of all predictors that have none of their own.
    pub fn set_lm(&mut self, lm: &Lm) {
        self.lm = Some(lm.clone());
    }
    /// How long each run may last.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }
    /// How many calls each run may make.
    pub fn set_calls(&mut self, calls: u64) {
        self.calls = Some(calls);
    }
    /// How many tokens each run may spend.
    pub fn set_tokens(&mut self, tokens: u64) {
        self.tokens = Some(tokens);
    }
    /// The last 100 runs, oldest first.
    pub fn history(&self) -> Vec<RunEntry> {
        self.log.get().map(|log| log.entries()).unwrap_or_default()
    }
    /// A run of the program's body.
    pub fn enter<T, F: Future<Output = Result<T, Error>>>(
        &self,
        name: &'static str,
        body: F,
    ) -> Run<F> {
        self.enter_checked(name, None, body)
    }
    /// The same; with an error about the arguments the run ends as it begins.
    pub(crate) fn enter_checked<F: Future>(
        &self,
        name: &'static str,
        refused: Option<Error>,
        body: F,
    ) -> Run<F> {
        let mut setup = Setup::new(Ref::new(name));
        setup.refused = refused;
        setup.lm.clone_from(&self.lm);
        setup.timeout = self.timeout;
        setup.budget = match (self.calls, self.tokens) {
            (None, None) => None,
            (calls, tokens) => {
                let budget = Budget::new();
                let budget = calls.map_or(budget.clone(), |calls| budget.calls(calls));
                Some(tokens.map_or(budget.clone(), |tokens| budget.tokens(tokens)))
            }
        };
        if !self.once {
            setup.log = Some(self.log.get_or_init(Arc::default).clone());
        }
        Run::new(setup, body)
    }
    /// The same for a body that has no place for an error of ours: it has the model, and its calls have their own
    /// bounds.
    pub fn enter_placeless<F: Future>(&self, body: F) -> Scoped<F> {
        Scoped::later(self.lm.clone(), "", body)
    }
}
