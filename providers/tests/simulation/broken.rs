//! Layers that are broken on purpose: what the rules must find.
use crate::judge::Rule;
use sigflow_core::{
    BoxFuture, BoxStream, Chunk, Error, ErrorKind, LanguageModel, Lm, Request, Response, Result,
};
use std::{
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
}

impl Broken {
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
        if self.how == Broken::ForgetsDeadlines {
            request.deadline = None;
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
                    tokio::spawn(async move {
                        let _ = lm.complete(request).await;
                        std::future::pending::<()>().await;
                    });
                }
                _ => {}
            }
            self.lm
                .complete(request)
                .await
                .map_err(|error| match self.how {
                    Broken::ShedsSilently if error.is_pool_timeout() => {
                        Error::new(ErrorKind::PoolTimeout, "no")
                    }
                    _ => error,
                })
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
