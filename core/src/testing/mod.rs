//! A model that answers from a script: for tests, with no network and no chance.
use crate::{
    BoxFuture, BoxStream, Capabilities, Chunk, Completion, Error, ErrorKind, LanguageModel, Lm,
    Request, Response, Result, Usage,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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

struct Reply {
    make: Box<dyn Fn() -> Result<Response> + Send>,
    /// How a stream is cut.
    pieces: Option<Vec<String>>,
    /// What ends a stream before its end.
    broken: Option<Box<dyn Fn() -> Error + Send>>,
}

impl Reply {
    fn new(make: impl Fn() -> Result<Response> + Send + 'static) -> Self {
        Reply {
            make: Box::new(make),
            pieces: None,
            broken: None,
        }
    }
}

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
        lock(&self.0.replies).push_back(Reply::new(move || Ok(response())));
        self
    }
    /// One more failure at the end.
    #[must_use]
    pub fn then_error(self, error: impl Fn() -> Error + Send + 'static) -> Self {
        lock(&self.0.replies).push_back(Reply::new(move || Err(error())));
        self
    }
    /// One more reply at the end that a stream gives in these pieces; other replies come three characters
    /// at a time.
    ///
    /// ```
    /// use sigflow_core::testing::Scripted;
    /// let lm = Scripted::new([""; 0]).then_pieces(["[[ ## ans", "wer ## ]]\nPar", "is"]).lm();
    /// ```
    #[must_use]
    pub fn then_pieces<T: Into<String>>(self, pieces: impl IntoIterator<Item = T>) -> Self {
        let pieces: Vec<String> = pieces.into_iter().map(Into::into).collect();
        let text = pieces.concat();
        let mut reply = Reply::new(move || Ok(Response::text(text.clone())));
        reply.pieces = Some(pieces);
        lock(&self.0.replies).push_back(reply);
        self
    }
    /// One more reply at the end that breaks off after these pieces.
    #[must_use]
    pub fn then_broken<T: Into<String>>(
        self,
        pieces: impl IntoIterator<Item = T>,
        error: impl Fn() -> Error + Send + Sync + 'static,
    ) -> Self {
        let error = Arc::new(error);
        let whole = error.clone();
        let mut reply = Reply::new(move || Err(whole()));
        reply.pieces = Some(pieces.into_iter().map(Into::into).collect());
        reply.broken = Some(Box::new(move || error()));
        lock(&self.0.replies).push_back(reply);
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
    fn next(&self, request: &Request) -> Result<Reply> {
        let last = request
            .turns
            .last()
            .map(crate::Message::text)
            .unwrap_or_default();
        if let Some((_, reply)) = lock(&self.matchers)
            .iter()
            .find(|(words, _)| last.contains(words))
        {
            let reply = reply.clone();
            return Ok(Reply::new(move || Ok(Response::text(reply.clone()))));
        }
        let reply = lock(&self.replies).pop_front();
        reply.ok_or_else(|| Error::new(ErrorKind::Model, "the script has no reply left"))
    }
    /// As many replies as completions are asked for.
    fn answer(&self, request: Request) -> Result<Response> {
        lock(&self.requests).push(request.clone());
        let response = (self.next(&request)?.make)()?;
        self.complete_with(response, &request)
    }
    fn complete_with(&self, mut response: Response, request: &Request) -> Result<Response> {
        for _ in 1..request.settings.n.unwrap_or(1) {
            let more = (self.next(request)?.make)()?;
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
    /// The reply in its pieces, or a few characters at a time.
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        lock(&self.requests).push(request.clone());
        let pieces = self.next(&request).and_then(|reply| {
            let texts = |pieces: Vec<String>| pieces.into_iter().map(|text| Ok(Chunk::Text(text)));
            if let (Some(broken), Some(pieces)) = (&reply.broken, &reply.pieces) {
                let texts = texts(pieces.clone());
                return Ok(texts.chain([Err(broken())]).collect::<Vec<_>>());
            }
            let response = self.complete_with((reply.make)()?, &request)?;
            let chunks = response.into_chunks().flat_map(|chunk| match chunk {
                Chunk::Text(text) => match &reply.pieces {
                    Some(pieces) => texts(pieces.clone()).collect(),
                    None => {
                        let characters: Vec<char> = text.chars().collect();
                        texts(characters.chunks(3).map(String::from_iter).collect()).collect()
                    }
                },
                other => vec![Ok(other)],
            });
            Ok(chunks.collect())
        });
        Chunk::stream_of(pieces.unwrap_or_else(|error| vec![Err(error)]))
    }
    fn name(&self) -> &'static str {
        "scripted"
    }
    fn capabilities(&self) -> Capabilities {
        *lock(&self.capabilities)
    }
}
