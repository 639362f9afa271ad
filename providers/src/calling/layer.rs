//! A model around a model that has a say before each request and hears how it ended: limits, queues, money.
use sigflow_core::{
    Attempt, AttemptOutcome, BoxFuture, BoxStream, Capabilities, Chunk, Error, LanguageModel, Lm,
    Request, Response, Result, Usage,
};
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

/// Is asked before each request. It may wait; dropping what it gives back takes its place in the line away.
pub(crate) trait Layer: Send + Sync + 'static {
    type Pass: Pass;
    fn enter(&self, request: &Request, lm: &Lm) -> impl Future<Output = Result<Self::Pass>> + Send;
}

/// Held while a request is under way. Dropped without an end, the request was left.
pub(crate) trait Pass: Send + Unpin + 'static {
    /// The first piece of a stream came.
    fn first(&mut self) {}
    /// A layer inside asked these beside the one that answered; before the answer is told.
    fn others(&mut self, others: &mut [Attempt]) {
        let _ = others;
    }
    /// The reply came to its end; `model` as the server names it. Says what it cost, if the layer knows.
    fn answered(self, usage: Option<Usage>, model: &str) -> Option<f64>;
    fn failed(self, error: &Error);
    /// The reply came out of a cache inside: nothing was sent.
    fn unused(self);
}

/// The model around the model.
pub(crate) struct Layered<L> {
    layer: L,
    lm: Lm,
}

impl<L: Layer> Layered<L> {
    pub(crate) fn around(layer: L, lm: &Lm) -> Lm {
        let lm = lm.clone();
        Lm::new(Layered { layer, lm })
    }
}

impl<L: Layer> LanguageModel for Layered<L> {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            let mut pass = self.layer.enter(&request, &self.lm).await?;
            match self.lm.complete(request).await {
                Ok(mut response) => {
                    if let Some((_, others)) = response.attempts.split_last_mut() {
                        pass.others(others);
                    }
                    if response.saved.is_some() {
                        pass.unused();
                        return Ok(response);
                    }
                    if let Some(cost) = pass.answered(response.usage, &response.model) {
                        response.cost = Some(cost);
                        if let Some(last) = response.attempts.last_mut() {
                            last.cost = Some(cost);
                        }
                    }
                    Ok(response)
                }
                Err(error) => {
                    pass.failed(&error);
                    Err(error)
                }
            }
        })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces::Entering(Box::pin(async move {
            let pass = self.layer.enter(&request, &self.lm).await?;
            let pieces = self.lm.stream(request);
            Ok(Box::new(Open {
                pass: Some(pass),
                pieces,
                model: String::new(),
                has_begun: false,
                is_saved: false,
                attempts: Vec::new(),
                began: super::now(),
                end: None,
            }))
        })))
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

enum Pieces<P> {
    Entering(BoxFuture<'static, Result<Box<Open<P>>>>),
    Open(Box<Open<P>>),
    Over,
}

struct Open<P> {
    /// Nothing after the end was told.
    pass: Option<P>,
    pieces: BoxStream<'static, Result<Chunk>>,
    model: String,
    has_begun: bool,
    /// It comes out of a cache.
    is_saved: bool,
    /// Of layers inside; told before the end.
    attempts: Vec<Attempt>,
    began: Instant,
    /// The last piece, while the attempts before it are told.
    end: Option<Chunk>,
}

impl<P: Pass> Open<P> {
    /// What is passed on of a piece.
    fn take(&mut self, piece: Result<Chunk>) -> Option<Result<Chunk>> {
        match piece {
            Ok(Chunk::Attempts(attempts)) => {
                self.attempts = attempts;
                return None;
            }
            Ok(Chunk::Head { ref model, .. }) => self.model.clone_from(model),
            Ok(Chunk::Saved(_)) => self.is_saved = true,
            Ok(Chunk::End(usage)) => return Some(Ok(self.ended(usage))),
            Ok(_) => {
                if !std::mem::replace(&mut self.has_begun, true)
                    && let Some(pass) = &mut self.pass
                {
                    pass.first();
                }
            }
            Err(ref error) => {
                if let Some(pass) = self.pass.take() {
                    pass.failed(error);
                }
            }
        }
        Some(piece)
    }

    /// The attempts, if there is something to tell of them, and the end behind them.
    fn ended(&mut self, usage: Option<Usage>) -> Chunk {
        let pass = self.pass.take();
        let mut attempts = std::mem::take(&mut self.attempts);
        let cost = pass.and_then(|mut pass| {
            if let Some((_, others)) = attempts.split_last_mut() {
                pass.others(others);
            }
            if self.is_saved {
                pass.unused();
                return None;
            }
            pass.answered(usage, &self.model)
        });
        if cost.is_some() {
            if attempts.is_empty() {
                let took = super::now().saturating_duration_since(self.began);
                let mut attempt = Attempt::new(&*self.model, AttemptOutcome::Answered, took);
                attempt.usage = usage;
                attempts.push(attempt);
            }
            if let Some(last) = attempts.last_mut() {
                last.cost = cost;
            }
        }
        if attempts.is_empty() {
            return Chunk::End(usage);
        }
        self.end = Some(Chunk::End(usage));
        Chunk::Attempts(attempts)
    }
}

impl<P: Pass> futures_core::Stream for Pieces<P> {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Pieces::Entering(entering) => match entering.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(open)) => *self = Pieces::Open(open),
                    Poll::Ready(Err(error)) => {
                        *self = Pieces::Over;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                Pieces::Open(open) => {
                    if let Some(end) = open.end.take() {
                        return Poll::Ready(Some(Ok(end)));
                    }
                    let Poll::Ready(piece) = open.pieces.as_mut().poll_next(cx) else {
                        return Poll::Pending;
                    };
                    let Some(piece) = piece else {
                        *self = Pieces::Over;
                        continue;
                    };
                    if let Some(piece) = open.take(piece) {
                        return Poll::Ready(Some(piece));
                    }
                }
                Pieces::Over => return Poll::Ready(None),
            }
        }
    }
}

/// Tokens of a prompt, about: four bytes of text make one. Images and the like are not counted.
pub(crate) fn input_tokens(request: &Request) -> u64 {
    let messages = request.messages().map(|(_, text)| text.as_str().len());
    let tools = request.tools.iter();
    let tools =
        tools.map(|tool| tool.name.len() + tool.description.len() + tool.parameters.as_str().len());
    let bytes: usize = messages.chain(tools).sum();
    (bytes as u64).div_ceil(4)
}

/// Tokens of the longest reply: what was set, else `usual`, for each completion.
pub(crate) fn output_tokens(request: &Request, lm: &Lm, usual: u64) -> u64 {
    let settings = request.settings.or(lm.settings());
    let each = settings.max_tokens.map_or(usual, u64::from);
    each.saturating_mul(u64::from(settings.n.unwrap_or(1).max(1)))
}
