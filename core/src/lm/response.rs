//! What a model answers.
use super::{Attempt, AttemptOutcome, Billed, BoxStream, ReplayBlock, Saved, TokenLogprob};
use crate::{Result, types::Citation};
use futures_core::Stream;
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

/// The answer to one request.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Response {
    /// One completion, or as many as were asked for.
    pub completions: Vec<Completion>,
    /// The model that answered, in the server's words.
    pub model: String,
    /// Tokens of the answer, if the server said. Those of all requests that were made for it are
    /// [`usage_in_all`](Self::usage_in_all).
    pub usage: Option<Usage>,
    /// The server's name for the request.
    pub request_id: Option<String>,
    /// The body as it came, if it came as text.
    pub raw: Option<Arc<str>>,
    /// The requests that were made for it, in order, where a layer counts them; the last one answered.
    pub attempts: Vec<Attempt>,
    /// Set where the reply came out of a cache.
    pub saved: Option<Saved>,
    /// What the answer cost in US dollars, where a layer knows prices; unknown is nothing, never zero. What all requests
    /// that were made for it cost is [`cost_in_all`](Self::cost_in_all).
    pub cost: Option<f64>,
}

/// One completion of a response.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Completion {
    /// The text of the reply.
    pub text: String,
    /// What the model thought before, if it says so apart from the text.
    pub reasoning: Option<String>,
    /// Tools it wants called.
    pub tool_calls: Vec<ToolCall>,
    /// What it cites of the documents it was given, if it says so apart from the text.
    pub citations: Vec<Citation>,
    /// Why it stopped, if the server said.
    pub finish_reason: Option<FinishReason>,
    /// How sure the model was of each token, if it was asked ([`Settings::logprobs`](super::Settings)).
    pub logprobs: Vec<TokenLogprob>,
    /// What the server wants back in the next turn, unchanged.
    pub replay: Vec<ReplayBlock>,
}

/// A tool that the model wants called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The model's name for this call, to answer it by.
    pub id: String,
    /// Which tool.
    pub name: String,
    /// JSON text, as it came: not checked yet.
    pub arguments: String,
}

impl ToolCall {
    /// A call of tool `name` with JSON text as arguments.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        ToolCall {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
        }
    }
}

/// Why a model stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinishReason {
    /// It was done.
    Stop,
    /// The reply reached the longest length allowed.
    Length,
    /// It wants tools called.
    ToolCalls,
    /// The provider's filter cut it.
    ContentFilter,
    /// Another word of the server's.
    Other(String),
}

/// Tokens of a request and its reply. `input` and `output` are inclusive totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the prompt, cached ones included.
    pub input_tokens: u64,
    /// Tokens of the reply, reasoning included.
    pub output_tokens: u64,
    /// Tokens of the prompt that the server had cached.
    pub cached_input_tokens: u64,
    /// Tokens of the prompt that the server wrote into its cache, where that has a price of its own.
    pub cache_write_tokens: u64,
    /// Tokens of the reply that were reasoning.
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Tokens in and out.
    pub const fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Usage {
            input_tokens,
            output_tokens,
            cached_input_tokens: 0,
            cache_write_tokens: 0,
            reasoning_tokens: 0,
        }
    }
    /// Tokens in and out together.
    pub const fn total_tokens(&self) -> u64 {
        self.input_tokens + self.output_tokens
    }
}

/// Of two requests.
impl std::ops::Add for Usage {
    type Output = Usage;
    fn add(self, other: Usage) -> Usage {
        Usage {
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cached_input_tokens: self.cached_input_tokens + other.cached_input_tokens,
            cache_write_tokens: self.cache_write_tokens + other.cache_write_tokens,
            reasoning_tokens: self.reasoning_tokens + other.reasoning_tokens,
        }
    }
}

impl Response {
    /// Tokens of all requests that were made for it, as far as servers said: of the answer, and of those that a layer asked
    /// beside it ([`attempts`](Self::attempts)), as a comparison does. Nobody knows those of a request that was left.
    ///
    /// ```
    /// use sigflow_core::{Attempt, AttemptOutcome, Response, Usage};
    /// use std::time::Duration;
    ///
    /// let mut response = Response::text("Paris");
    /// response.usage = Some(Usage::new(10, 2));
    /// for tokens in [5, 2] {
    ///     let mut attempt = Attempt::new("a route", AttemptOutcome::Answered, Duration::from_secs(1));
    ///     attempt.usage = Some(Usage::new(10, tokens));
    ///     response.attempts.push(attempt); // the last one is the answer
    /// }
    /// assert_eq!(response.usage_in_all(), Some(Usage::new(20, 7)));
    /// ```
    pub fn usage_in_all(&self) -> Option<Usage> {
        let others = self.others().iter().filter_map(|attempt| attempt.usage);
        others.chain(self.usage).reduce(|one, other| one + other)
    }
    /// What all requests cost in US dollars that were made for it and answered. Nothing where the price of one of them is
    /// not known, or where nothing was paid. Requests that were left, or failed, are in it if a layer knows their cost.
    pub fn cost_in_all(&self) -> Option<f64> {
        let mut all = None;
        for attempt in self.others() {
            match attempt.cost {
                Some(cost) => all = Some(all.unwrap_or(0.0) + cost),
                None if attempt.billed == Billed::Yes => return None,
                None => {}
            }
        }
        match self.cost {
            Some(cost) => Some(all.unwrap_or(0.0) + cost),
            None if self.saved.is_some() => all,
            None => None,
        }
    }
    /// The requests beside the one that answered, which is the last.
    fn others(&self) -> &[Attempt] {
        self.attempts.split_last().map_or(&[], |(_, others)| others)
    }
    /// What a stream tells of its attempts, and with the last one of its cost.
    pub(crate) fn attempted(&mut self, attempts: Vec<Attempt>) {
        self.cost = attempts.last().and_then(|answer| answer.cost);
        self.attempts = attempts;
    }

    /// A response of one text.
    pub fn text(text: impl Into<String>) -> Self {
        Response {
            completions: vec![Completion::text(text)],
            ..Response::default()
        }
    }
    /// The first completion in pieces that are as large as they can be, for models that do not stream.
    ///
    /// ```
    /// use sigflow_core::{Chunk, Response};
    ///
    /// let mut chunks = Response::text("Paris").into_chunks();
    /// assert!(matches!(chunks.next(), Some(Chunk::Head { .. })));
    /// assert!(matches!(chunks.next(), Some(Chunk::Text(text)) if text == "Paris"));
    /// assert!(matches!(chunks.next(), Some(Chunk::End(None))));
    /// ```
    pub fn into_chunks(self) -> impl Iterator<Item = Chunk> {
        let completion = self.completions.into_iter().next().unwrap_or_default();
        let model = self.cost.map(|_| self.model.clone()).unwrap_or_default();
        let head = Chunk::Head {
            model: self.model,
            request_id: self.request_id,
        };
        let calls = completion.tool_calls.into_iter().enumerate();
        let calls = calls.map(|(index, call)| Chunk::ToolCall {
            index,
            id: call.id,
            name: call.name,
            arguments: call.arguments,
        });
        let logprobs = Some(completion.logprobs).filter(|tokens| !tokens.is_empty());
        let logprobs = logprobs.map(Chunk::Logprobs);
        let text = Some(completion.text).filter(|text| !text.is_empty());
        let mut attempts = self.attempts;
        if let Some(cost) = self.cost {
            // of a cost only attempts tell
            if attempts.is_empty() {
                let outcome = AttemptOutcome::Answered;
                let mut attempt = Attempt::new(model, outcome, Duration::ZERO);
                attempt.usage = self.usage;
                attempts.push(attempt);
            }
            if let Some(answer) = attempts.last_mut() {
                answer.cost = Some(cost);
            }
        }
        let attempts = Some(attempts).filter(|attempts| !attempts.is_empty());
        let attempts = attempts.map(Chunk::Attempts);
        std::iter::once(head)
            .chain(completion.reasoning.map(Chunk::Reasoning))
            .chain(text.map(Chunk::Text))
            .chain(calls)
            .chain(completion.citations.into_iter().map(Chunk::Citation))
            .chain(completion.replay.into_iter().map(Chunk::Replay))
            .chain(logprobs)
            .chain(completion.finish_reason.map(Chunk::Finish))
            .chain(attempts)
            .chain(self.saved.map(Chunk::Saved))
            .chain([Chunk::End(self.usage)])
    }
}

impl Completion {
    /// A completion that is only text.
    pub fn text(text: impl Into<String>) -> Self {
        Completion {
            text: text.into(),
            ..Completion::default()
        }
    }
}

impl Chunk {
    /// A stream of pieces that are there already, for models that do not wait.
    ///
    /// ```
    /// use sigflow_core::{BoxFuture, BoxStream, Chunk, LanguageModel, Request, Response, Result};
    /// use std::sync::Arc;
    ///
    /// struct Greeter;
    /// impl LanguageModel for Greeter {
    ///     fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
    ///         Box::pin(async { Ok(Response::text("hello world")) })
    ///     }
    ///     fn stream(self: Arc<Self>, _: Request) -> BoxStream<'static, Result<Chunk>> {
    ///         let words = ["hello", " world"].map(|word| Chunk::Text(word.into()));
    ///         Chunk::stream_of(words.into_iter().chain([Chunk::End(None)]).map(Ok))
    ///     }
    ///     fn name(&self) -> &str {
    ///         "greeter"
    ///     }
    /// }
    /// ```
    pub fn stream_of(
        pieces: impl IntoIterator<Item = Result<Chunk>>,
    ) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces(pieces.into_iter().collect()))
    }
}

struct Pieces(VecDeque<Result<Chunk>>);
impl Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// A piece of a reply that is arriving.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Chunk {
    /// More of the text.
    Text(String),
    /// More of what the model thinks.
    Reasoning(String),
    /// More of a tool call: what comes is put behind what was there.
    ToolCall {
        /// Which of the calls.
        index: usize,
        /// The model's name for the call.
        id: String,
        /// Which tool.
        name: String,
        /// JSON text.
        arguments: String,
    },
    /// What it cites, apart from the text.
    Citation(Citation),
    /// Who answers; the first piece, where a server says so.
    Head {
        /// The model that answers, in the server's words.
        model: String,
        /// The server's name for the request.
        request_id: Option<String>,
    },
    /// How sure the model was of the tokens since the last such piece.
    Logprobs(Vec<TokenLogprob>),
    /// What the server wants back in the next turn, unchanged.
    Replay(ReplayBlock),
    /// All that came before is void: another attempt begins its reply anew. A fallback never goes on where
    /// another model stopped.
    Restart,
    /// The requests that were made for the reply, where a layer counts them, the last one being the one that answered, with
    /// its cost if that is known; before the end.
    Attempts(Vec<Attempt>),
    /// The reply comes out of a cache; before the end.
    Saved(Saved),
    /// Why the model stopped.
    Finish(FinishReason),
    /// The end, with the tokens if the server said.
    End(Option<Usage>),
}
