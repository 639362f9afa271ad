//! The model around a model.
use super::{
    ResponseCache,
    flight::{Failed, Joined, Lead},
    kept::Counted,
    key::Key,
    stream::Replies,
};
use crate::calling::{self, clock};
use sigflow_core::{
    Attempt, AttemptOutcome, BoxFuture, BoxStream, CachePolicy, Capabilities, Chunk, Error,
    ErrorKind, LanguageModel, Lm, Phase, Request, Response, Result, telemetry::Waiting,
};
use std::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, OnceLock},
    task::Poll,
    time::Instant,
};

/// A model that is asked once for each request: see the [module](super).
pub struct Cached {
    pub(super) lm: Lm,
    pub(super) cache: ResponseCache,
    identity: Option<String>,
    /// Its number in the cache, where it has no identity.
    stranger: OnceLock<u64>,
}

/// What is to be done with a request.
pub(super) enum Plan {
    /// Nothing is asked.
    Answer(Arc<Response>),
    Fail(Error),
    /// The model is asked.
    Ask(Option<Keeping>),
}

/// What becomes of the reply when it is there.
pub(super) struct Keeping {
    cache: ResponseCache,
    key: Key,
    deadline: Option<Instant>,
    lead: Option<Lead>,
}

impl Cached {
    /// A model with a cache of its own, of default settings, in memory.
    pub fn new(lm: Lm) -> Self {
        Cached {
            identity: lm.model().identity(),
            lm,
            cache: ResponseCache::new(),
            stranger: OnceLock::new(),
        }
    }
    /// Another cache, which other models may share.
    #[must_use]
    pub fn cache(mut self, cache: &ResponseCache) -> Self {
        self.cache = cache.clone();
        self.stranger = OnceLock::new();
        self
    }
    /// Another word for which model answers, where [`LanguageModel::identity`] says nothing, or too much: a closure, two
    /// servers with the same weights.
    ///
    /// ```
    /// use sigflow_core::{Lm, Response};
    /// use sigflow_providers::{Cached, ResponseCache};
    ///
    /// let cache = ResponseCache::builder().disk("replies.db").build();
    /// let mine = Lm::from_fn(|_| async { Ok(Response::text("Paris")) });
    /// // without a name its replies would stay in memory
    /// let lm = Cached::new(mine).cache(&cache).known_as("my model, second version").lm();
    /// ```
    #[must_use]
    pub fn known_as(mut self, identity: impl Into<String>) -> Self {
        self.identity = Some(identity.into());
        self
    }
    /// The model to ask, with the settings and the history of the one inside.
    pub fn lm(self) -> Lm {
        let lm = self.lm.clone();
        lm.with_model(Arc::new(self))
    }

    /// The request as the model inside gets it. Who holds this without its `Lm` did not fill the settings in.
    pub(super) fn filled(&self, mut request: Request) -> Request {
        request.settings = request.settings.or(self.lm.settings());
        request
    }

    fn key(&self, request: &Request) -> Key {
        if let Some(identity) = &self.identity {
            return self.cache.key(request.canonical(identity));
        }
        let number = || self.cache.stranger(self.lm.model());
        let number = *self.stranger.get_or_init(number);
        let request = request.canonical(self.lm.name());
        self.cache.passing_key(request, number)
    }

    pub(super) async fn plan(&self, request: &Request) -> Plan {
        let keeping = |key, lead| Keeping {
            cache: self.cache.clone(),
            key,
            deadline: request.deadline,
            lead,
        };
        if request.cache == CachePolicy::Bypass {
            return Plan::Ask(None);
        }
        let key = self.key(request);
        match request.cache {
            CachePolicy::Refresh => {
                self.cache.count(Counted::Missed);
                Plan::Ask(Some(keeping(key, None)))
            }
            CachePolicy::Only => match self.cache.find(&key).await {
                Some(found) => Plan::Answer(found),
                None => {
                    self.cache.count(Counted::Missed);
                    Plan::Fail(not_cached())
                }
            },
            _ => {
                if let Some(found) = self.cache.remembered(&key) {
                    return Plan::Answer(found);
                }
                let lead = match self.lead(request, &key).await {
                    Ok(lead) => lead,
                    Err(over) => return over,
                };
                // while this waited, or between its look and its place, another one may have come to its end
                if let Some(found) = self.cache.find(&key).await {
                    lead.end(Ok(found.clone()));
                    return Plan::Answer(found);
                }
                self.cache.count(Counted::Missed);
                Plan::Ask(Some(keeping(key, Some(lead))))
            }
        }
    }

    /// The right to ask, or what became of an equal request that was under way.
    async fn lead(&self, request: &Request, key: &Key) -> Result<Lead, Plan> {
        let (began, deadline) = (calling::now(), request.deadline);
        let until = deadline.map(clock::ahead_of);
        // who waits for another one's reply waits for its server
        let _waiting = Waiting::begin();
        let error = loop {
            match waited(until, self.cache.flights().join(key)).await {
                Some(Joined::Leads(lead)) => return Ok(lead),
                Some(Joined::Follows(Ok(found))) => {
                    self.cache.count(Counted::Waited);
                    return Err(Plan::Answer(found));
                }
                // who asked had less time than there is here
                Some(Joined::Follows(Err(failed))) if failed.may_be_of_haste(deadline) => {}
                Some(Joined::Follows(Err(failed))) => break failed.error,
                None => break still_asked(),
            }
        };
        let what = format!("waited for an equal request: {error}");
        Err(Plan::Fail(self.asked_nobody(error, what, began)))
    }

    /// The error of one who asked nobody: what the one made that it waited for, and what of it may be on the bill, is
    /// another's.
    #[cold]
    fn asked_nobody(&self, error: Error, what: String, began: Instant) -> Error {
        let took = calling::now().saturating_duration_since(began);
        let mut attempt = Attempt::new(self.name(), AttemptOutcome::Failed(error.kind()), took);
        attempt.message = Some(what);
        error.with_attempts(vec![attempt])
    }

    /// The error of a stream whose deadline came while a reply that was kept was told.
    #[cold]
    pub(super) fn told_too_late(&self, began: Instant) -> Error {
        let message =
            "the deadline passed before all of a reply that was kept was told; nothing was sent";
        let error = Error::new(ErrorKind::Timeout, message).with_phase(Phase::Deadline);
        self.asked_nobody(error, message.to_owned(), began)
    }

    async fn answer(self: Arc<Self>, request: Request) -> Result<Response> {
        let request = self.filled(request);
        let keeping = match self.plan(&request).await {
            Plan::Answer(found) => return Ok(Response::clone(&found)),
            Plan::Fail(error) => return Err(error),
            Plan::Ask(keeping) => keeping,
        };
        let answer = self.lm.model().clone().complete(request).await;
        if let Some(keeping) = keeping {
            match &answer {
                Ok(response) => keeping.keep(response).await,
                Err(error) => keeping.fail(error),
            }
        }
        answer
    }
}

impl Keeping {
    pub(super) async fn keep(self, response: &Response) {
        let kept = self.cache.keep(&self.key, response, self.deadline).await;
        if let Some(lead) = self.lead {
            lead.end(Ok(kept));
        }
    }
    /// An error is for all who wait, but for those that are of who asked and not of what was asked: its deadline came, its
    /// run was called off, its budget is spent. Then the next one asks; and [with more time](Failed::may_be_of_haste) so it
    /// does where asking again may help.
    pub(super) fn fail(self, error: &Error) {
        let is_late = error.is_timeout()
            && (self.deadline.is_some() || error.phase() == Some(Phase::Deadline));
        let is_own = is_late || error.is_cancelled() || error.is_budget();
        if let Some(lead) = self.lead
            && !is_own
        {
            lead.end(Err(Failed {
                error: error.clone(),
                deadline: self.deadline,
            }));
        }
    }
}

/// What comes by then. By the clock, and not only by its timer: when a machine slept, who is woken by something else sees
/// that time is over before the timer says so.
async fn waited<T>(until: Option<Instant>, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let by_clock = poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Pending if until.is_some_and(|until| calling::now() >= until) => Poll::Ready(None),
        polled => polled.map(Some),
    });
    clock::by(until, by_clock).await.flatten()
}

#[cold]
fn still_asked() -> Error {
    let message = "the deadline came while an equal request was under way, which this one waited for; \
                   nothing was sent";
    Error::new(ErrorKind::Timeout, message).with_phase(Phase::Deadline)
}

#[cold]
fn not_cached() -> Error {
    let message = "the cache has no reply to this request and was to ask nobody; \
                   run once with `CachePolicy::Use`";
    Error::new(ErrorKind::NotCached, message)
}

impl LanguageModel for Cached {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(self.answer(request))
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        // a stream gives one completion; what several are worth is not known to it
        if request.settings.n.or(self.lm.settings().n).unwrap_or(1) > 1 {
            if request.cache == CachePolicy::Only {
                self.cache.count(Counted::Missed);
                return Chunk::stream_of([Err(not_cached())]);
            }
            let request = self.filled(request);
            return self.lm.model().clone().stream(request);
        }
        Box::pin(Replies::new(self, request))
    }
    fn name(&self) -> &str {
        self.lm.name()
    }
    fn identity(&self) -> Option<String> {
        self.identity.clone()
    }
    fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
        self.lm.origin()
    }
    fn capabilities(&self) -> Capabilities {
        self.lm.capabilities()
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("lm", &self.lm)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
