//! Layers that are broken on purpose: what the rules must find.
use crate::{judge::Rule, server::answered, shape::Shape, who};
use sigflow_core::{
    Attempt, AttemptOutcome, BoxFuture, BoxStream, CachePolicy, Chunk, Error, ErrorKind,
    LanguageModel, Lm, Request, Response, Result, Usage,
};
use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Not,
    /// Asks twice and answers once.
    AnswersTwice,
    /// Now and then a call has no end.
    LosesCalls,
    /// Gives one call the answer of another.
    MixesAnswers,
    /// Goes on with the next attempt's stream where the last one broke.
    GluesStreams,
    /// Tries once more than it may.
    RetriesMore,
    /// Takes the limit for twice what it is.
    SpendsMore,
    /// Does not tell anybody of the deadline.
    ForgetsDeadlines,
    /// Turns calls away without a word about when to come back.
    ShedsSilently,
    /// No breaker, though there should be one.
    NeverOpens,
    /// Once open, open for a day.
    NeverCloses,
    /// Lets twice as many wait as it may.
    HoardsCalls,
    /// Keeps a request going that nobody waits for.
    LeaksRequests,
    /// Hedges each call that is slow, whatever the share.
    HedgesMore,
    /// The slower of two routes goes on.
    KeepsLosers,
    /// A comparison asks one of its routes twice.
    AsksRoutesTwice,
    /// A comparison takes the last answer, whichever was asked for.
    PicksTheLast,
    /// Says nothing of requests that were left.
    HidesAttempts,
    /// Twice the money that there is.
    SpendsTwice,
    /// Half the money that there is.
    RefusesEarly,
    /// Counts half of what replies took.
    ForgetsMoney,
    /// Each of equal requests is asked.
    AsksEqualsTwice,
    /// Answers a question with the reply to another.
    MixesQuestions,
    /// Keeps replies twenty times as long as it may.
    KeepsForLong,
    /// Answers out of the cache whatever a call says of it.
    IgnoresPolicies,
    /// Gives a failure again.
    KeepsErrors,
    /// Four times the memory that there is.
    HoldsMore,
    /// The cache does not give way.
    KeepsCaches,
    /// Sends calls away for want of memory without a word about when to come back.
    HushesMemory,
    /// Memory that nobody gives back.
    LeaksBytes,
}

impl Broken {
    /// Whether a run has the layer that is broken; one without it is like a whole one, and need not be played.
    pub(crate) fn is_in(self, shape: &Shape) -> bool {
        let more = &shape.more;
        match self {
            Broken::GluesStreams => shape.streams > 0.0,
            Broken::ForgetsDeadlines => shape.deadlines > 0.0,
            Broken::SpendsMore => {
                let mut limits = shape.servers.iter().filter_map(|one| one.limit.as_ref());
                limits.any(|limit| limit.is_known)
            }
            Broken::NeverOpens | Broken::NeverCloses => shape.has_breaker,
            Broken::HoardsCalls => shape.queue.is_some(),
            Broken::HedgesMore | Broken::KeepsLosers => more.hedge.is_some(),
            Broken::AsksRoutesTwice | Broken::PicksTheLast => more.compare.is_some(),
            Broken::SpendsTwice | Broken::RefusesEarly | Broken::ForgetsMoney => {
                more.spending.is_some()
            }
            Broken::AsksEqualsTwice
            | Broken::MixesQuestions
            | Broken::IgnoresPolicies
            | Broken::KeepsErrors => more.cache.is_some(),
            Broken::KeepsForLong => more.cache.as_ref().is_some_and(|kept| kept.ttl.is_some()),
            Broken::HoldsMore | Broken::HushesMemory | Broken::LeaksBytes => more.gauge.is_some(),
            Broken::KeepsCaches => more.gauge.is_some() && more.cache.is_some(),
            _ => true,
        }
    }

    pub(crate) const ALL: &'static [(Broken, Rule)] = &[
        (Broken::AnswersTwice, Rule::AnsweredOnce),
        (Broken::LosesCalls, Rule::NoneLost),
        (Broken::MixesAnswers, Rule::ItsOwnAnswer),
        (Broken::GluesStreams, Rule::ItsOwnAnswer),
        (Broken::RetriesMore, Rule::WithinBudget),
        (Broken::SpendsMore, Rule::LimitsAtServer),
        (Broken::ForgetsDeadlines, Rule::Deadlines),
        (Broken::ShedsSilently, Rule::ShedIsTold),
        (Broken::NeverOpens, Rule::BreakerOpens),
        (Broken::NeverCloses, Rule::BreakerRecovers),
        (Broken::HoardsCalls, Rule::Bounded),
        (Broken::LeaksRequests, Rule::NothingLeft),
        (Broken::HedgesMore, Rule::HedgeShare),
        (Broken::KeepsLosers, Rule::LosersLeft),
        (Broken::AsksRoutesTwice, Rule::EachAskedOnce),
        (Broken::PicksTheLast, Rule::Picked),
        (Broken::HidesAttempts, Rule::AllAreNamed),
        (Broken::SpendsTwice, Rule::WithinMoney),
        (Broken::RefusesEarly, Rule::RefusedWithReason),
        (Broken::ForgetsMoney, Rule::MoneyIsCounted),
        (Broken::AsksEqualsTwice, Rule::EqualsAskedOnce),
        (Broken::MixesQuestions, Rule::ItsOwnAnswer),
        (Broken::KeepsForLong, Rule::NotStale),
        (Broken::IgnoresPolicies, Rule::AsCallsSay),
        (Broken::KeepsErrors, Rule::ErrorsAreNotKept),
        (Broken::HoldsMore, Rule::MemoryBounded),
        (Broken::KeepsCaches, Rule::CachesFirst),
        (Broken::HushesMemory, Rule::ShedIsTold),
        (Broken::LeaksBytes, Rule::MemoryFlowsBack),
    ];
}

/// The outermost layer, which is nothing but for what is broken.
pub(crate) struct Outermost {
    pub(crate) lm: Lm,
    pub(crate) how: Broken,
    calls: AtomicU64,
    last: Mutex<Option<Response>>,
}

impl Outermost {
    pub(crate) fn new(lm: Lm, how: Broken) -> Arc<Self> {
        Arc::new(Outermost {
            lm,
            how,
            calls: AtomicU64::new(0),
            last: Mutex::default(),
        })
    }
    fn wants(&self, mut request: Request) -> Request {
        match self.how {
            Broken::ForgetsDeadlines => request.deadline = None,
            Broken::AsksEqualsTwice if request.cache == CachePolicy::Use => {
                request.cache = CachePolicy::Refresh;
            }
            Broken::IgnoresPolicies => request.cache = CachePolicy::Use,
            _ => {}
        }
        request
    }
}

impl LanguageModel for Outermost {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            let request = self.wants(request);
            let number = self.calls.fetch_add(1, Relaxed);
            match self.how {
                Broken::LosesCalls if number % 40 == 39 => std::future::pending().await,
                Broken::AnswersTwice => {
                    let _ = self.lm.complete(request.clone()).await;
                }
                Broken::RetriesMore => {
                    let mut result = self.lm.complete(request.clone()).await;
                    for _ in 0..3 {
                        if result.is_err() {
                            result = self.lm.complete(request.clone()).await;
                        }
                    }
                    return result;
                }
                Broken::MixesAnswers => {
                    let response = self.lm.complete(request).await?;
                    let mut last = self.last.lock().expect("no panic");
                    return Ok(last.replace(response.clone()).unwrap_or(response));
                }
                Broken::LeaksRequests => {
                    let (lm, request) = (self.lm.clone(), request.clone());
                    tokio::spawn(who::asks_for(who::asks(), async move {
                        let _ = lm.complete(request).await;
                        std::future::pending::<()>().await;
                    }));
                }
                _ => {}
            }
            match self.lm.complete(request).await {
                Ok(mut response) => {
                    if self.how == Broken::HidesAttempts {
                        let is_left = |attempt: &Attempt| attempt.outcome == AttemptOutcome::Left;
                        response.attempts.retain(|attempt| !is_left(attempt));
                    }
                    Ok(response)
                }
                Err(error) => Err(match self.how {
                    Broken::ShedsSilently if error.is_pool_timeout() => {
                        Error::new(ErrorKind::PoolTimeout, "no")
                    }
                    Broken::HushesMemory if error.is_rate_limited() => {
                        Error::new(ErrorKind::RateLimited, "memory: no")
                    }
                    _ => error,
                }),
            }
        })
    }

    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let stream = self.lm.stream(self.wants(request));
        if self.how == Broken::GluesStreams {
            return Box::pin(Glued(stream));
        }
        stream
    }

    fn name(&self) -> &str {
        self.lm.name()
    }
}

struct Glued(BoxStream<'static, Result<Chunk>>);

impl futures_core::Stream for Glued {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.0.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(Chunk::Restart))) => {}
                other => return other,
            }
        }
    }
}

/// Says half of what a reply took.
pub(crate) struct HalfTheUsage(pub(crate) Lm);

impl LanguageModel for HalfTheUsage {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            let mut response = self.0.complete(request).await?;
            let half = |usage: Usage| Usage::new(usage.input_tokens / 2, usage.output_tokens / 2);
            response.usage = response.usage.map(half);
            for attempt in &mut response.attempts {
                attempt.usage = attempt.usage.map(half);
            }
            Ok(response)
        })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        self.0.stream(request)
    }
    fn name(&self) -> &str {
        self.0.name()
    }
}

/// Gives the last failure of a question again.
pub(crate) struct KeepsErrors {
    lm: Lm,
    kept: Mutex<BTreeMap<String, Error>>,
}

impl KeepsErrors {
    pub(crate) fn new(lm: Lm) -> Self {
        let kept = Mutex::default();
        KeepsErrors { lm, kept }
    }
}

/// What the last message asks.
fn question(request: &Request) -> String {
    let last = request.turns.last();
    last.map_or_else(String::new, |last| last.text().to_owned())
}

impl LanguageModel for KeepsErrors {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            let question = question(&request);
            if let Some(error) = self.kept.lock().expect("no panic").get(&question) {
                return Err(error.clone());
            }
            let answer = self.lm.complete(request).await;
            if let Err(error) = &answer {
                let mut kept = self.kept.lock().expect("no panic");
                kept.insert(question, error.clone());
            }
            answer
        })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        self.lm.stream(request)
    }
    fn name(&self) -> &str {
        self.lm.name()
    }
}

/// Takes questions for one whose numbers differ in the last digit.
pub(crate) struct MixesQuestions {
    lm: Lm,
    kept: Mutex<BTreeMap<u64, Response>>,
}

impl MixesQuestions {
    pub(crate) fn new(lm: Lm) -> Self {
        let kept = Mutex::default();
        MixesQuestions { lm, kept }
    }
}

impl LanguageModel for MixesQuestions {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            let number = question(&request);
            let number = number.split(' ').nth(1).and_then(|word| word.parse().ok());
            let place = number.map_or(0, |number: u64| number / 10);
            if let Some(kept) = self.kept.lock().expect("no panic").get(&place) {
                return Ok(kept.clone());
            }
            let response = self.lm.complete(request).await?;
            let text = &response.completions[0].text;
            if answered(text).is_some() {
                let mut kept = self.kept.lock().expect("no panic");
                kept.insert(place, response.clone().from_cache());
            }
            Ok(response)
        })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        self.lm.stream(request)
    }
    fn name(&self) -> &str {
        self.lm.name()
    }
}
