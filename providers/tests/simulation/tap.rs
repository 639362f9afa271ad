//! Between two layers: what goes in, and how it comes out.
use futures_core::Stream;
use sigflow_core::{
    Attempt, BoxFuture, BoxStream, Chunk, Error, LanguageModel, Lm, Request, Response, Result,
    Usage,
};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Who looks at the requests between two layers.
pub(crate) trait Looks: Send + Sync + 'static {
    type Sees: Sees;
    /// A request goes in. An error comes out in its place, and nothing is asked.
    fn enters(&self, request: &Request) -> Result<Self::Sees>;
}

/// Who looks at one of them.
pub(crate) trait Sees: Send + Unpin + 'static {
    /// Some of the text came.
    fn words(&mut self, text: &str) {
        let _ = text;
    }
    fn ends(&mut self, end: End<'_>) {
        let _ = end;
    }
}

impl Sees for () {}

pub(crate) enum End<'a> {
    Answered {
        usage: Option<Usage>,
        is_saved: bool,
        attempts: &'a [Attempt],
    },
    Failed(&'a Error),
    /// Nobody waited for it.
    Left,
}

pub(crate) struct Tap<L> {
    looks: Arc<L>,
    lm: Lm,
}

impl<L: Looks> Tap<L> {
    pub(crate) fn around(lm: &Lm, looks: &Arc<L>) -> Lm {
        let (lm, looks) = (lm.clone(), looks.clone());
        Lm::new(Tap { looks, lm })
    }
}

/// A request that is seen.
struct Seen<S: Sees>(Option<S>);

impl<S: Sees> Seen<S> {
    fn ends(&mut self, end: End<'_>) {
        if let Some(mut sees) = self.0.take() {
            sees.ends(end);
        }
    }
    fn words(&mut self, text: &str) {
        if let Some(sees) = &mut self.0 {
            sees.words(text);
        }
    }
}

impl<S: Sees> Drop for Seen<S> {
    fn drop(&mut self) {
        self.ends(End::Left);
    }
}

impl<L: Looks> LanguageModel for Tap<L> {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        let seen = self.looks.enters(&request);
        Box::pin(async move {
            let mut seen = Seen(Some(seen?));
            match self.lm.complete(request).await {
                Ok(response) => {
                    for completion in &response.completions {
                        seen.words(&completion.text);
                    }
                    seen.ends(End::Answered {
                        usage: response.usage,
                        is_saved: response.saved.is_some(),
                        attempts: &response.attempts,
                    });
                    Ok(response)
                }
                Err(error) => {
                    seen.ends(End::Failed(&error));
                    Err(error)
                }
            }
        })
    }

    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        match self.looks.enters(&request) {
            Ok(sees) => Box::pin(Pieces {
                seen: Seen(Some(sees)),
                pieces: self.lm.stream(request),
                is_saved: false,
                attempts: Vec::new(),
            }),
            Err(error) => Chunk::stream_of([Err(error)]),
        }
    }

    fn name(&self) -> &str {
        self.lm.name()
    }
    fn identity(&self) -> Option<String> {
        self.lm.identity()
    }
}

struct Pieces<S: Sees> {
    seen: Seen<S>,
    pieces: BoxStream<'static, Result<Chunk>>,
    is_saved: bool,
    attempts: Vec<Attempt>,
}

impl<S: Sees> Stream for Pieces<S> {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Poll::Ready(piece) = this.pieces.as_mut().poll_next(cx) else {
            return Poll::Pending;
        };
        match &piece {
            Some(Ok(Chunk::Text(text))) => this.seen.words(text),
            Some(Ok(Chunk::Attempts(attempts))) => this.attempts.clone_from(attempts),
            Some(Ok(Chunk::Saved(_))) => this.is_saved = true,
            Some(Ok(Chunk::End(usage))) => this.seen.ends(End::Answered {
                usage: *usage,
                is_saved: this.is_saved,
                attempts: &this.attempts,
            }),
            Some(Ok(_)) => {}
            Some(Err(error)) => this.seen.ends(End::Failed(error)),
            None => this.seen.ends(End::Left),
        }
        Poll::Ready(piece)
    }
}
