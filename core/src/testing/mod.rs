//! A model that answers from a script: for tests, with no network and no chance.
use crate::{
    BoxFuture, BoxStream, Capabilities, Chunk, Completion, Error, ErrorKind, LanguageModel, Lm,
    Request, Response, Result, Usage,
};
use futures_core::Stream;
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

/// Replies from a script, in order or by what the prompt says, and remembers every request.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Error, ErrorKind, testing::Scripted};
///
/// let script = Scripted::new(["[[ ## answer ## ]]\nParis"])
///     .when("weather", "[[ ## answer ## ]]\nRain")
///     .then_error(|| Error::new(ErrorKind::Server, "down"));
/// let lm = script.lm();
/// // … calls with `.with(&lm)` …
/// assert_eq!(script.requests().len(), 0);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Scripted(Arc<Script>);

#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    matchers: Mutex<Vec<(String, String)>>,
    requests: Mutex<Vec<Request>>,
    capabilities: Mutex<Capabilities>,
}

type Reply = Box<dyn Fn() -> Result<Response> + Send>;

/// A panic of another test thread leaves the lists whole: each change is one push or pop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scripted {
    /// Replies in order; after the last, an error.
    pub fn new<T: Into<String>>(replies: impl IntoIterator<Item = T>) -> Self {
        let script = Scripted(Arc::default());
        replies.into_iter().fold(script, Scripted::then)
    }
    /// One more reply at the end.
    #[must_use]
    pub fn then(self, reply: impl Into<String>) -> Self {
        let reply = reply.into();
        self.then_response(move || Response::text(reply.clone()))
    }
    /// One more response at the end.
    #[must_use]
    pub fn then_response(self, response: impl Fn() -> Response + Send + 'static) -> Self {
        lock(&self.0.replies).push_back(Box::new(move || Ok(response())));
        self
    }
    /// One more failure at the end.
    #[must_use]
    pub fn then_error(self, error: impl Fn() -> Error + Send + 'static) -> Self {
        lock(&self.0.replies).push_back(Box::new(move || Err(error())));
        self
    }
    /// This reply, as often as asked, when the last message contains `words`. Matchers go before the
    /// replies in order.
    #[must_use]
    pub fn when(self, words: impl Into<String>, reply: impl Into<String>) -> Self {
        lock(&self.0.matchers).push((words.into(), reply.into()));
        self
    }
    /// Claims to be able to do this.
    #[must_use]
    pub fn capabilities(self, capabilities: Capabilities) -> Self {
        *lock(&self.0.capabilities) = capabilities;
        self
    }
    /// A model that answers from this script.
    pub fn lm(&self) -> Lm {
        Lm::from_arc(self.0.clone())
    }
    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.0.requests).clone()
    }
    /// Replies in order that were not given yet.
    pub fn left(&self) -> usize {
        lock(&self.0.replies).len()
    }
}

impl Script {
    fn next(&self, request: &Request) -> Result<Response> {
        let last = request
            .turns
            .last()
            .map(crate::Message::text)
            .unwrap_or_default();
        if let Some((_, reply)) = lock(&self.matchers)
            .iter()
            .find(|(words, _)| last.contains(words))
        {
            return Ok(Response::text(reply));
        }
        let reply = lock(&self.replies).pop_front();
        reply.ok_or_else(|| Error::new(ErrorKind::Model, "the script has no reply left"))?()
    }
    /// As many replies as completions are asked for.
    fn answer(&self, request: Request) -> Result<Response> {
        lock(&self.requests).push(request.clone());
        let mut response = self.next(&request)?;
        for _ in 1..request.settings.n.unwrap_or(1) {
            let more = self.next(&request)?;
            response.completions.extend(more.completions);
        }
        if response.model.is_empty() {
            response.model = "scripted".into();
        }
        if response.usage.is_none() {
            let words = |text: &str| text.split_whitespace().count() as u64;
            let asked = request
                .messages()
                .map(|(_, text)| words(text.as_str()))
                .sum();
            let answered = response
                .completions
                .iter()
                .map(|Completion { text, .. }| words(text))
                .sum();
            response.usage = Some(Usage::new(asked, answered));
        }
        Ok(response)
    }
}

impl LanguageModel for Script {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move { self.answer(request) })
    }
    /// The reply a few characters at a time.
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let pieces = match self.answer(request) {
            Err(error) => VecDeque::from([Err(error)]),
            Ok(response) => {
                let text = response
                    .completions
                    .into_iter()
                    .next()
                    .map(|reply| reply.text)
                    .unwrap_or_default();
                let characters: Vec<char> = text.chars().collect();
                let pieces = characters
                    .chunks(3)
                    .map(|piece| Ok(Chunk::Text(piece.iter().collect())));
                pieces.chain([Ok(Chunk::End(response.usage))]).collect()
            }
        };
        Box::pin(Pieces(pieces))
    }
    fn name(&self) -> &'static str {
        "scripted"
    }
    fn capabilities(&self) -> Capabilities {
        *lock(&self.capabilities)
    }
}

struct Pieces(VecDeque<Result<Chunk>>);
impl Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}
