//! The model that asks others.
use super::{Order, Route};
use crate::{
    calling::{
        engine::{Engine, Holds},
        engine_settings,
        stream::Pieces,
        whole,
    },
    retry::RetryRule,
};
use sigflow_core::{
    BoxFuture, BoxStream, Capabilities, Chunk, LanguageModel, Lm, Request, Response, Result,
};
use std::{fmt, sync::Arc, time::Duration};

/// A model that asks others: see the [module](super).
///
/// Its abilities are those that all its routes have, for a prompt is written before it is known who answers.
pub struct Router {
    engine: Engine,
    name: String,
}

impl Router {
    /// Routes that are asked in the order in which they are given: the others are for failures of the first.
    pub fn new<R: Into<Route>>(routes: impl IntoIterator<Item = R>) -> Self {
        let mut routes: Vec<Route> = routes.into_iter().map(Into::into).collect();
        distinct(&mut routes);
        let names: Vec<&str> = routes.iter().map(Route::name).collect();
        Router {
            name: names.join(", "),
            engine: Engine::new(routes, Order::Given),
        }
    }
    /// Routes that share the calls by their [weight](Route::weight).
    pub fn weighted<R: Into<Route>>(routes: impl IntoIterator<Item = R>) -> Self {
        Self::new(routes).order(Order::Weighted)
    }
    /// The route that answers faster goes first.
    pub fn fastest<R: Into<Route>>(routes: impl IntoIterator<Item = R>) -> Self {
        Self::new(routes).order(Order::Fastest)
    }
    /// The route that costs less goes first.
    pub fn cheapest<R: Into<Route>>(routes: impl IntoIterator<Item = R>) -> Self {
        Self::new(routes).order(Order::Cheapest)
    }
    /// Which route is asked first.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.engine.order = order;
        self
    }
    /// How failures are retried on each route that has no rule of its own.
    #[must_use]
    pub fn retry(mut self, rule: RetryRule) -> Self {
        self.engine.rule = rule;
        self
    }
    /// How long a stream may be silent before its first piece while another route is open: 10 s unless set.
    #[must_use]
    pub fn first_token(mut self, limit: Duration) -> Self {
        self.engine.first_token = Some(limit);
        self
    }
    /// How long a whole reply may take while another route is open: 60 s unless set. A model that thinks longer
    /// than that needs more, or a stream, which shows that it is alive.
    #[must_use]
    pub fn whole_reply(mut self, limit: Duration) -> Self {
        self.engine.whole = Some(limit);
        self
    }
    /// The longest wait for a retry, a server's hint included, while another route is open: 8 s unless set.
    #[must_use]
    pub fn longest_wait(mut self, longest: Duration) -> Self {
        self.engine.longest_wait = longest;
        self
    }
    /// The first and the longest cool-down of a route that was given up: 5 s and 20 s unless set.
    #[must_use]
    pub fn cooldown(mut self, first: Duration, longest: Duration) -> Self {
        if let Some(cooldown) = &mut self.engine.cooldown {
            (cooldown.first, cooldown.longest) = (first, longest.max(first));
        }
        self
    }

    engine_settings!();
}

/// Routes of the same name are told apart by their number: two keys of one model.
pub(crate) fn distinct(routes: &mut [Route]) {
    for index in 1..routes.len() {
        let (before, from) = routes.split_at_mut(index);
        let name = &from[0].name;
        if before.iter().any(|other| other.name == *name) {
            from[0].name = format!("{name} #{}", index + 1);
        }
    }
}

impl Holds for Router {
    fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl LanguageModel for Router {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(whole::complete(self, request))
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces::new(self, request))
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn identity(&self) -> Option<String> {
        let each = self.engine.places.iter();
        identity_of("router", each.map(|place| &place.route.lm))
    }

    /// The first route's; a span's attempts say who was asked.
    fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
        let first = self.engine.places.first();
        first.map_or_else(Default::default, |place| place.route.lm.origin())
    }
    fn capabilities(&self) -> Capabilities {
        let each = self.engine.places.iter();
        let each = each.map(|place| place.route.lm.capabilities());
        each.reduce(common).unwrap_or_default()
    }
}

/// What tells the replies of a layer around several models from those of others: its own word, and theirs in order. If
/// one of them does not say, nobody can.
pub(crate) fn identity_of<'a>(
    layer: &str,
    models: impl IntoIterator<Item = &'a Lm>,
) -> Option<String> {
    let each: Option<Vec<String>> = models.into_iter().map(Lm::identity).collect();
    // quoted, so that no name makes two of one
    Some(format!("{layer} {:?}", each?))
}

/// What both can do.
pub(crate) fn common(one: Capabilities, other: Capabilities) -> Capabilities {
    let mut both = Capabilities::CHAT;
    both.json_schema = one.json_schema && other.json_schema;
    both.json_object = one.json_object && other.json_object;
    both.tools = one.tools && other.tools;
    both.many = one.many && other.many;
    both.reasoning = one.reasoning && other.reasoning;
    both.citations = one.citations && other.citations;
    both
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes: Vec<&Route> = self
            .engine
            .places
            .iter()
            .map(|place| &place.route)
            .collect();
        f.debug_struct("Router")
            .field("order", &self.engine.order)
            .field("routes", &routes)
            .field("retry", &self.engine.rule)
            .field("budget", &self.engine.budget)
            .field("first_token", &self.engine.first_token)
            .field("whole_reply", &self.engine.whole)
            .field("longest_wait", &self.engine.longest_wait)
            .field("least_left", &self.engine.least_left)
            .field("cooldown", &self.engine.cooldown)
            .field("restart", &self.engine.restarts)
            .finish_non_exhaustive()
    }
}
