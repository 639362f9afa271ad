//! Replies in pieces: out of the cache, or on their way into it.
use super::{
    layer::{Cached, Keeping, Plan},
    record::Recorder,
};
use futures_core::Stream;
use sigflow_core::{BoxFuture, BoxStream, Chunk, Request, Response, Result};
use std::{
    collections::VecDeque,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

/// A reply in pieces.
pub(super) struct Replies(State);

enum State {
    /// Looking, or waiting for who asks.
    Planning(BoxFuture<'static, Planned>),
    Replaying(VecDeque<Chunk>),
    /// What comes is passed on, and noted if it is to be kept.
    Passing(
        BoxStream<'static, Result<Chunk>>,
        Option<(Keeping, Recorder)>,
    ),
    /// All is there but the end, which waits until the reply is kept: who has the end has no reason to ask again.
    Keeping(BoxFuture<'static, ()>, Chunk),
    Over,
}

enum Planned {
    Answer(Arc<Response>),
    Fail(sigflow_core::Error),
    Pass(BoxStream<'static, Result<Chunk>>, Option<Keeping>),
}

impl Replies {
    pub(super) fn new(model: Arc<Cached>, request: Request) -> Self {
        Replies(State::Planning(Box::pin(async move {
            let request = model.filled(request);
            match model.plan(&request).await {
                Plan::Answer(found) => Planned::Answer(found),
                Plan::Fail(error) => Planned::Fail(error),
                Plan::Ask(keeping) => {
                    Planned::Pass(model.lm.model().clone().stream(request), keeping)
                }
            }
        })))
    }
}

impl Stream for Replies {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let state = &mut self.0;
        loop {
            match state {
                State::Over => return Poll::Ready(None),
                State::Planning(planning) => match ready!(planning.as_mut().poll(cx)) {
                    Planned::Answer(found) => {
                        let pieces = Response::clone(&found).into_chunks();
                        *state = State::Replaying(pieces.collect());
                    }
                    Planned::Fail(error) => {
                        *state = State::Over;
                        return Poll::Ready(Some(Err(error)));
                    }
                    Planned::Pass(pieces, keeping) => {
                        let keeping = keeping.map(|keeping| (keeping, Recorder::default()));
                        *state = State::Passing(pieces, keeping);
                    }
                },
                State::Replaying(pieces) => return Poll::Ready(pieces.pop_front().map(Ok)),
                State::Passing(pieces, keeping) => {
                    let piece = ready!(pieces.as_mut().poll_next(cx));
                    match (&piece, &mut *keeping) {
                        (Some(Ok(Chunk::End(usage))), Some(_)) => {
                            let (usage, Some((keeping, record))) = (*usage, keeping.take()) else {
                                return Poll::Ready(piece);
                            };
                            let whole = record.end(usage);
                            let kept = async move {
                                // what is not known whole is not kept, and the next one asks
                                if let Some(whole) = whole {
                                    keeping.keep(&whole).await;
                                }
                            };
                            *state = State::Keeping(Box::pin(kept), Chunk::End(usage));
                        }
                        (Some(Ok(Chunk::End(_))) | None, _) => {
                            *state = State::Over;
                            return Poll::Ready(piece);
                        }
                        (Some(Err(error)), _) => {
                            if let Some((keeping, _)) = keeping.take() {
                                keeping.fail(error);
                            }
                            *state = State::Over;
                            return Poll::Ready(piece);
                        }
                        (Some(Ok(chunk)), Some((_, record))) => {
                            record.take(chunk);
                            return Poll::Ready(piece);
                        }
                        (Some(Ok(_)), None) => return Poll::Ready(piece),
                    }
                }
                State::Keeping(kept, _) => {
                    ready!(kept.as_mut().poll(cx));
                    if let State::Keeping(_, end) = mem::replace(state, State::Over) {
                        return Poll::Ready(Some(Ok(end)));
                    }
                }
            }
        }
    }
}
