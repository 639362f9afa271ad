//! The model that asks two.
use super::{
    budget::Budget,
    stream::{Lane, Pieces, Speaking},
    tail::Tail,
};
use crate::{
    calling::{
        self, Took, answered, clock, failed,
        layer::{input_tokens, output_tokens},
        left,
    },
    price::Prices,
    route::Route,
    telemetry::layers::{Event, Recovery, Sink},
};
use sigflow_core::{
    Attempt, BoxFuture, BoxStream, Capabilities, Chunk, Error, LanguageModel, Lm, Request,
    Response, Result, Usage,
    telemetry::{Measurement, Meter, measure},
};
use std::{
    fmt,
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::Poll,
    time::{Duration, Instant},
};

/// Tokens of a reply whose longest length nobody set, as limits estimate it: a cap is about what a call usually costs.
const REPLY: u64 = 500;

/// Two routes, of which the second is asked when the first is slow: see the [module](super).
#[derive(Clone)]
pub struct Hedge(Arc<Inner>);

struct Inner {
    first: Route,
    second: Route,
    share: f64,
    at_least: Duration,
    /// The most that a hedge may cost, and what calls cost.
    cap: Option<(f64, Prices)>,
    budget: Budget,
    first_tokens: Tail,
    wholes: Tail,
    made: AtomicU64,
    won: AtomicU64,
    too_dear: AtomicU64,
    sink: Option<Arc<dyn Sink>>,
    name: String,
}

impl Hedge {
    /// The second route is asked where the first is slow.
    pub fn new(first: impl Into<Route>, second: impl Into<Route>) -> Self {
        let (first, second) = (first.into(), second.into());
        Hedge(Arc::new(Inner {
            name: format!("{}, {}", first.name(), second.name()),
            first,
            second,
            share: 0.05,
            at_least: Duration::ZERO,
            cap: None,
            budget: Budget::default(),
            first_tokens: Tail::default(),
            wholes: Tail::default(),
            made: AtomicU64::new(0),
            won: AtomicU64::new(0),
            too_dear: AtomicU64::new(0),
            sink: None,
        }))
    }
    /// Changes a hedge that nobody uses yet. Of one that is shared already the new one has routes and settings, and
    /// begins to measure anew.
    fn changed(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::try_unwrap(self.0).unwrap_or_else(|shared| Inner {
            first: shared.first.clone(),
            second: shared.second.clone(),
            share: shared.share,
            at_least: shared.at_least,
            cap: shared.cap.clone(),
            budget: Budget::default(),
            first_tokens: Tail::default(),
            wholes: Tail::default(),
            made: AtomicU64::new(0),
            won: AtomicU64::new(0),
            too_dear: AtomicU64::new(0),
            sink: shared.sink.clone(),
            name: shared.name.clone(),
        });
        change(&mut inner);
        Hedge(Arc::new(inner))
    }
    /// The share of calls, from 0 to 1, that may be hedged: 0.05 unless set.
    #[must_use]
    pub fn share(self, share: f64) -> Self {
        self.changed(|inner| inner.share = share.clamp(0.0, 1.0))
    }
    /// The shortest silence that is slow, however fast the route usually is; none unless set.
    #[must_use]
    pub fn at_least(self, silence: Duration) -> Self {
        self.changed(|inner| inner.at_least = silence)
    }
    /// The most that a hedge may cost, in US dollars, by these prices; any sum unless set. What it may cost is its prompt
    /// (images and sounds are not counted) and its longest reply: `max_tokens`, else 500 tokens. Its price is that of the
    /// second route's name, or else of its model; a hedge whose price nobody knows is sent, since a call that is not
    /// known to be dear should not wait for it.
    ///
    /// ```
    /// use sigflow_core::testing::Scripted;
    /// use sigflow_providers::{Hedge, Price, Prices, Route};
    ///
    /// let spare = Route::new("openai/gpt-5", Scripted::new(["Paris"]).lm());
    /// let hedge = Hedge::new(Scripted::new(["Paris"]).lm(), spare).cost_cap(0.01, &Prices::new());
    /// assert_eq!(hedge.too_dear(), 0);
    /// ```
    #[must_use]
    pub fn cost_cap(self, dollars: f64, prices: &Prices) -> Self {
        self.changed(|inner| inner.cap = Some((dollars, prices.clone())))
    }
    /// Who hears of hedges.
    #[must_use]
    pub fn events(self, sink: Arc<dyn Sink>) -> Self {
        self.changed(|inner| inner.sink = Some(sink))
    }
    /// The model to ask.
    pub fn lm(&self) -> Lm {
        Lm::from_arc(self.0.clone())
    }
    /// Hedges that were made.
    pub fn made(&self) -> u64 {
        self.0.made.load(Relaxed)
    }
    /// Hedges that were faster than the first route.
    pub fn won(&self) -> u64 {
        self.0.won.load(Relaxed)
    }
    /// Hedges that were not made for what they might have [cost](Self::cost_cap).
    pub fn too_dear(&self) -> u64 {
        self.0.too_dear.load(Relaxed)
    }
}

impl Inner {
    /// When the first route will have been silent for too long.
    fn slow(&self, tail: &Tail, began: Instant, request: &Request) -> Option<Instant> {
        if request.handling.hedged == Some(false) {
            return None;
        }
        self.budget.call(self.share);
        Some(clock::after(began, tail.slow()?.max(self.at_least)))
    }

    /// Whether the second route may be asked now.
    fn may_hedge(&self, began: Instant, request: &Request) -> bool {
        if self.is_too_dear(request) {
            self.too_dear.fetch_add(1, Relaxed);
            return false;
        }
        if !self.budget.take() {
            return false;
        }
        self.made.fetch_add(1, Relaxed);
        let recovery = Recovery::Hedge {
            from: self.first.name(),
            to: self.second.name(),
            silent: since(began),
        };
        recovery.emit();
        measure(&Measurement::new(Meter::Hedges, self.second.name(), 1.0));
        if let Some(sink) = &self.sink {
            sink.event(&Event::Recovery(recovery));
        }
        true
    }

    /// Whether the second route is known to take more for a request than a hedge may cost.
    fn is_too_dear(&self, request: &Request) -> bool {
        let Some((most, prices)) = &self.cap else {
            return false;
        };
        let lm = &self.second.lm;
        let usage = Usage::new(input_tokens(request), output_tokens(request, lm, REPLY));
        let by_route = prices.cost(self.second.name(), &usage);
        let cost = by_route.or_else(|| prices.cost(lm.name(), &usage));
        cost.is_some_and(|cost| cost > *most)
    }

    async fn answer(&self, request: Request) -> Result<Response> {
        let began = calling::now();
        let slow = self.slow(&self.wholes, began, &request);
        let mut first = self.first.lm.complete(request.clone());
        let early = match slow {
            None => Some(first.as_mut().await),
            Some(_) => clock::by(slow, first.as_mut()).await,
        };
        let early = match early {
            None if !self.may_hedge(began, &request) => Some(first.as_mut().await),
            early => early,
        };
        if let Some(result) = early {
            if result.is_ok() {
                self.wholes.add(since(began));
            }
            return match result {
                Ok(response) => Ok(told(response, Vec::new(), self.first.name(), since(began))),
                Err(error) => Err(error),
            };
        }
        let second_began = calling::now();
        let mut second = self.second.lm.complete(request);
        let (is_second, result) = poll_fn(|cx| match first.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready((false, result)),
            Poll::Pending => second.as_mut().poll(cx).map(|result| (true, result)),
        })
        .await;
        let (one, other) = (
            (self.first.name(), began),
            (self.second.name(), second_began),
        );
        let (ended, running) = if is_second {
            (other, one)
        } else {
            (one, other)
        };
        let (response, attempts, second_won) = match result {
            Ok(response) => {
                let left = left(running.0, since(running.1));
                (response, vec![left], is_second)
            }
            // the other may still answer
            Err(error) => {
                let mut attempts = failure(ended.0, &error, since(ended.1));
                let result = if is_second { first.await } else { second.await };
                match result {
                    Ok(response) => (response, attempts, !is_second),
                    Err(later) => {
                        attempts.extend(failure(running.0, &later, since(running.1)));
                        return Err(error.with_attempts(attempts));
                    }
                }
            }
        };
        self.won.fetch_add(u64::from(second_won), Relaxed);
        // a first route that was overtaken would have taken longer
        self.wholes.add(since(began));
        let (route, began) = if second_won { other } else { one };
        Ok(told(response, attempts, route, since(began)))
    }

    /// The stream that speaks first, with what it said.
    async fn begin(&self, request: Request) -> Result<Speaking> {
        let began = calling::now();
        let slow = self.slow(&self.first_tokens, began, &request);
        let mut first = Lane::new(&self.first, request.clone());
        let early = match slow {
            None => Some(first.begun().await),
            Some(_) => clock::by(slow, first.begun()).await,
        };
        let early = match early {
            None if !self.may_hedge(began, &request) => Some(first.begun().await),
            early => early,
        };
        match early {
            Some(Ok(())) => {
                self.first_tokens.add(since(began));
                return Ok(Speaking::new(first, Vec::new()));
            }
            Some(Err(error)) => return Err(error),
            None => {}
        }
        let mut second = Lane::new(&self.second, request);
        let (is_second, result) = poll_fn(|cx| match first.poll_begun(cx) {
            Poll::Ready(result) => Poll::Ready((false, result)),
            Poll::Pending => second.poll_begun(cx).map(|result| (true, result)),
        })
        .await;
        let (ended, mut running) = if is_second {
            (second, first)
        } else {
            (first, second)
        };
        let mut is_second = is_second;
        let speaking = match result {
            Ok(()) => {
                let left = left(&running.route, since(running.began));
                Speaking::new(ended, vec![left])
            }
            // the other may still answer
            Err(error) => {
                let mut attempts = failure(&ended.route, &error, since(ended.began));
                drop(ended);
                match running.begun().await {
                    Ok(()) => {
                        is_second = !is_second;
                        Speaking::new(running, attempts)
                    }
                    Err(later) => {
                        attempts.extend(failure(&running.route, &later, since(running.began)));
                        return Err(error.with_attempts(attempts));
                    }
                }
            }
        };
        self.won.fetch_add(u64::from(is_second), Relaxed);
        self.first_tokens.add(since(began));
        Ok(speaking)
    }
}

pub(super) fn since(began: Instant) -> Duration {
    calling::now().saturating_duration_since(began)
}

pub(super) fn failure(route: &str, error: &Error, after: Duration) -> Vec<Attempt> {
    match error.attempts() {
        [] => vec![failed(route, error, after)],
        inner => inner.to_vec(),
    }
}

/// The response with all attempts, its own the last.
fn told(
    mut response: Response,
    mut attempts: Vec<Attempt>,
    route: &str,
    took: Duration,
) -> Response {
    let inner = std::mem::take(&mut response.attempts);
    answered(
        &mut attempts,
        route,
        Took::of(&response),
        took,
        Duration::ZERO,
        inner,
    );
    response.attempts = attempts;
    response
}

impl LanguageModel for Inner {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move { self.answer(request).await })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces::Beginning(Box::pin(async move {
            self.begin(request).await
        })))
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn identity(&self) -> Option<String> {
        crate::route::identity_of("hedge", [&self.first.lm, &self.second.lm])
    }
    fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
        self.first.lm.origin()
    }
    fn capabilities(&self) -> Capabilities {
        let (first, second) = (&self.first.lm, &self.second.lm);
        crate::route::common(first.capabilities(), second.capabilities())
    }
}

impl fmt::Debug for Hedge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hedge")
            .field("first", &self.0.first)
            .field("second", &self.0.second)
            .field("share", &self.0.share)
            .field("at_least", &self.0.at_least)
            .field("cost_cap", &self.0.cap.as_ref().map(|(most, _)| most))
            .field("made", &self.made())
            .field("won", &self.won())
            .finish_non_exhaustive()
    }
}
