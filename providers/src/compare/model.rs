//! The model that asks all.
use super::Select;
use crate::{
    calling::{self, Took, answered, clock, failed, left},
    route::{Route, common, identity_of},
};
use futures_core::Stream;
use sigflow_core::{
    Attempt, BoxFuture, BoxStream, Capabilities, Chunk, Error, ErrorKind, LanguageModel, Lm, Phase,
    Request, Response, Result,
};
use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// Several routes that are asked the same at once: see the [module](super).
pub struct Compare {
    routes: Vec<Route>,
    select: Select,
    wait: Duration,
    name: String,
}

/// What one route answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The route's name.
    pub route: String,
    /// What it answered.
    pub response: Response,
    /// How long it took.
    pub duration: Duration,
}

impl Answer {
    /// The text of the first completion.
    pub fn text(&self) -> &str {
        let first = self.response.completions.first();
        first.map_or("", |completion| &completion.text)
    }
}

/// What all routes answered.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// Those who answered in time, in the order of the routes.
    pub answers: Vec<Answer>,
    /// Those who failed, with their errors, in the order in which they did.
    pub failed: Vec<(String, Error)>,
    /// Those who were too late.
    pub late: Vec<String>,
    /// All requests that were made, in the order of the routes.
    pub attempts: Vec<Attempt>,
}

impl Compare {
    /// Routes that are asked at once; the first that answered is taken, unless [`select`](Self::select) says otherwise.
    pub fn new<R: Into<Route>>(routes: impl IntoIterator<Item = R>) -> Self {
        let mut routes: Vec<Route> = routes.into_iter().map(Into::into).collect();
        crate::route::distinct(&mut routes);
        let names: Vec<&str> = routes.iter().map(Route::name).collect();
        Compare {
            name: names.join(" | "),
            routes,
            select: Select::default(),
            wait: Duration::from_secs(30),
        }
    }
    /// Which answer is taken.
    #[must_use]
    pub fn select(mut self, select: Select) -> Self {
        self.select = select;
        self
    }
    /// How long answers are waited for: 30 s unless set, and never longer than the call's deadline.
    #[must_use]
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait = longest;
        self
    }
    /// The model to ask.
    pub fn lm(self) -> Lm {
        Lm::new(self)
    }

    /// Asks all, and gives all answers.
    ///
    /// ```
    /// # async fn run() {
    /// use sigflow_core::{Prefix, Request, testing::Scripted};
    /// use sigflow_providers::{compare::Compare, route::Route};
    ///
    /// let compare = Compare::new([
    ///     Route::new("one", Scripted::new(["Paris"]).lm()),
    ///     Route::new("other", Scripted::new(["Lyon"]).lm()),
    /// ]);
    /// let comparison = compare.all(Request::new(Prefix::new(String::new().into()), vec![])).await;
    /// let texts: Vec<&str> = comparison.answers.iter().map(|answer| answer.text()).collect();
    /// assert_eq!(texts, ["Paris", "Lyon"]);
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run());
    /// ```
    pub async fn all(&self, request: Request) -> Comparison {
        let (mut all, attempts) = self.ask(request).await;
        all.attempts = attempts.into_iter().flatten().collect();
        all
    }

    async fn ask(&self, request: Request) -> (Comparison, Vec<Vec<Attempt>>) {
        let began = calling::now();
        let until = clock::end_of_wait(began, self.wait, request.deadline);
        let mut asked: Vec<Asked> = self
            .routes
            .iter()
            .map(|route| Asked::Running(route.lm.complete(request.clone())))
            .collect();
        let fastest = self.select.is_fastest();
        let mut order = Vec::new();
        let all = poll_fn(|cx| {
            let mut running = 0;
            for (index, one) in asked.iter_mut().enumerate() {
                let Asked::Running(answer) = one else {
                    continue;
                };
                let Poll::Ready(result) = answer.as_mut().poll(cx) else {
                    running += 1;
                    continue;
                };
                let is_enough = fastest && result.is_ok();
                *one = Asked::Done(result, since(began));
                order.push(index);
                if is_enough {
                    return Poll::Ready(());
                }
            }
            if running == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        // who is late is late: what came until then is taken
        let _ = clock::by(Some(until), all).await;
        self.compared(asked, &order, since(began))
    }

    /// What all said, and what each route was asked for it.
    fn compared(
        &self,
        asked: Vec<Asked>,
        order: &[usize],
        waited: Duration,
    ) -> (Comparison, Vec<Vec<Attempt>>) {
        let mut all = Comparison::default();
        let mut attempts = Vec::new();
        let mut failures: Vec<(usize, Error)> = Vec::new();
        for (index, (route, asked)) in self.routes.iter().zip(asked).enumerate() {
            let route = route.name();
            let mut own = Vec::new();
            match asked {
                // dropping it closes its connection
                Asked::Running(_) => {
                    own.push(left(route, waited));
                    all.late.push(route.to_owned());
                }
                Asked::Done(Ok(mut response), duration) => {
                    let inner = std::mem::take(&mut response.attempts);
                    let took = Took::of(&response);
                    answered(&mut own, route, took, duration, Duration::ZERO, inner);
                    all.answers.push(Answer {
                        route: route.to_owned(),
                        response,
                        duration,
                    });
                }
                Asked::Done(Err(error), duration) => {
                    match error.attempts() {
                        [] => own.push(failed(route, &error, duration)),
                        inner => own.extend_from_slice(inner),
                    }
                    failures.push((index, error));
                }
            }
            attempts.push(own);
        }
        failures.sort_by_key(|(index, _)| order.iter().position(|known| known == index));
        let named = |(index, error): (usize, Error)| (self.routes[index].name().to_owned(), error);
        all.failed = failures.into_iter().map(named).collect();
        (all, attempts)
    }

    /// As [`answer`](Self::answer), but what came when the deadline was over is no answer: no piece of it could be told.
    async fn answer_in_time(&self, request: Request) -> Result<Response> {
        let deadline = request.deadline;
        let response = self.answer(request).await?;
        if deadline.is_none_or(|deadline| calling::now() < deadline) {
            return Ok(response);
        }
        let message = "the deadline passed before the answer could be told";
        let error = Error::new(ErrorKind::Timeout, message).with_phase(Phase::Deadline);
        Err(error.with_attempts(response.attempts))
    }

    async fn answer(&self, request: Request) -> Result<Response> {
        if self.routes.is_empty() {
            let message = "there is no route to ask; give the comparison at least one";
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        let began = calling::now();
        let (mut all, mut attempts) = self.ask(request).await;
        if !all.answers.is_empty() {
            let picked = self.select.pick(&all.answers);
            let Answer {
                route,
                mut response,
                ..
            } = all.answers.swap_remove(picked);
            // as everywhere, the last one is the one that answered
            let named = |known: &Route| known.name() == route;
            if let Some(index) = self.routes.iter().position(named) {
                attempts[index..].rotate_left(1);
            }
            response.attempts = attempts.into_iter().flatten().collect();
            return Ok(response);
        }
        let error = match all.failed.into_iter().next() {
            Some((_, error)) => error,
            None => {
                let message = format!(
                    "none of {} routes answered within {:.1?}; wait longer with `Compare::wait`",
                    self.routes.len(),
                    since(began)
                );
                Error::new(ErrorKind::Timeout, message).with_phase(Phase::Total)
            }
        };
        Err(error.with_attempts(attempts.into_iter().flatten().collect()))
    }
}

enum Asked {
    Running(BoxFuture<'static, Result<Response>>),
    Done(Result<Response>, Duration),
}

fn since(began: Instant) -> Duration {
    calling::now().saturating_duration_since(began)
}

/// The answer that was picked, in pieces: it is not known before all have answered.
enum Pieces {
    Asking(BoxFuture<'static, Result<Response>>),
    Told(std::vec::IntoIter<Chunk>),
}

impl Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Pieces::Asking(answer) => {
                    let Poll::Ready(result) = answer.as_mut().poll(cx) else {
                        return Poll::Pending;
                    };
                    match result {
                        Ok(response) => {
                            let chunks: Vec<Chunk> = response.into_chunks().collect();
                            *self = Pieces::Told(chunks.into_iter());
                        }
                        Err(error) => {
                            *self = Pieces::Told(Vec::new().into_iter());
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                }
                Pieces::Told(chunks) => return Poll::Ready(chunks.next().map(Ok)),
            }
        }
    }
}

impl LanguageModel for Compare {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move { self.answer(request).await })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let asking = async move { self.answer_in_time(request).await };
        Box::pin(Pieces::Asking(Box::pin(asking)))
    }
    fn name(&self) -> &str {
        &self.name
    }
    /// What a function picks nobody can see from outside: then there is none.
    fn identity(&self) -> Option<String> {
        let select = match &self.select {
            Select::By(_) => return None,
            known => format!("compare {known:?}"),
        };
        identity_of(&select, self.routes.iter().map(|route| &route.lm))
    }
    fn origin(&self) -> sigflow_core::telemetry::Origin<'_> {
        let first = self.routes.first();
        first.map_or_else(Default::default, |route| route.lm.origin())
    }
    fn capabilities(&self) -> Capabilities {
        let each = self.routes.iter().map(|route| route.lm.capabilities());
        each.reduce(common).unwrap_or_default()
    }
}

impl fmt::Debug for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compare")
            .field("routes", &self.routes)
            .field("select", &self.select)
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}
