//! The model around a model.
use super::RetryRule;
use crate::{
    calling::{
        engine::{Engine, Holds},
        engine_settings,
        stream::Pieces,
        whole,
    },
    route::{Order, Route},
};
use sigflow_core::{
    BoxFuture, BoxStream, Capabilities, Chunk, LanguageModel, Lm, Request, Response, Result,
};
use std::{fmt, sync::Arc, time::Duration};

/// A model that is asked again when it fails and may succeed later: see the [module](super).
pub struct Retry {
    engine: Engine,
    lm: Lm,
}

impl Retry {
    /// Two retries, by [`RetryRule::new`], with a budget of its own.
    pub fn new(lm: Lm) -> Self {
        Retry {
            engine: Engine::new(vec![Route::from(&lm)], Order::Given),
            lm,
        }
    }
    /// Another rule.
    #[must_use]
    pub fn rule(mut self, rule: RetryRule) -> Self {
        self.engine.rule = rule;
        self
    }
    fn changed(mut self, change: impl FnOnce(RetryRule) -> RetryRule) -> Self {
        self.engine.rule = change(std::mem::take(&mut self.engine.rule));
        self
    }
    /// How often a request is sent again.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        self.changed(|rule| rule.retries(retries))
    }
    /// The longest wait before the first retry.
    #[must_use]
    pub fn base(self, base: Duration) -> Self {
        self.changed(|rule| rule.base(base))
    }
    /// The longest wait before any retry, hints of the server's apart.
    #[must_use]
    pub fn cap(self, cap: Duration) -> Self {
        self.changed(|rule| rule.cap(cap))
    }
    /// The longest hint of the server's that is waited for.
    #[must_use]
    pub fn longest_hint(self, longest: Duration) -> Self {
        self.changed(|rule| rule.longest_hint(longest))
    }

    engine_settings!();
}

impl Holds for Retry {
    fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl LanguageModel for Retry {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(whole::complete(self, request))
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces::new(self, request))
    }
    fn name(&self) -> &str {
        self.lm.name()
    }
    fn identity(&self) -> Option<String> {
        self.lm.identity()
    }

    fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
        self.lm.origin()
    }
    fn capabilities(&self) -> Capabilities {
        self.lm.capabilities()
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("lm", &self.lm)
            .field("rule", &self.engine.rule)
            .field("budget", &self.engine.budget)
            .field("least_left", &self.engine.least_left)
            .field("restart", &self.engine.restarts)
            .finish_non_exhaustive()
    }
}
