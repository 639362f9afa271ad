//! Replies in pieces: out of the cache, or on their way into it.
use super::{
    layer::{Cached, Keeping, Plan},
    record::Recorder,
};
use crate::calling;
use futures_core::Stream;
use sigflow_core::{BoxFuture, BoxStream, Chunk, Error, Request, Response, Result};
use std::{
    collections::VecDeque,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

/// A reply in pieces.
pub(super) struct Replies(State);

enum State {
    /// Looking, or waiting for who asks.
    Planning(BoxFuture<'static, Planned>),
    Replaying(VecDeque<Chunk>, Option<Late>),
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
    Answer(Arc<Response>, Option<Late>),
    Fail(Error),
    Pass(BoxStream<'static, Result<Chunk>>, Option<Keeping>),
}

/// When it is too late to tell a reply that was kept, and who says so: the timer of `Lm` does not know that nothing was
/// sent.
struct Late {
    deadline: Instant,
    began: Instant,
    model: Arc<Cached>,
}

impl Late {
    /// The error in the place of the next piece, when the deadline is over. The end may be told: all of the reply is there.
    fn instead(&self, next: Option<&Chunk>) -> Option<Error> {
        let is_over = calling::now() >= self.deadline;
        let is_end = matches!(next, None | Some(Chunk::End(_)));
        (is_over && !is_end).then(|| self.model.told_too_late(self.began))
    }
}

impl Replies {
    pub(super) fn new(model: Arc<Cached>, request: Request) -> Self {
        Replies(State::Planning(Box::pin(async move {
            let request = model.filled(request);
            let began = calling::now();
            match model.plan(&request).await {
                Plan::Answer(found) => {
                    let late = request.deadline.map(|deadline| Late {
                        deadline,
                        began,
                        model,
                    });
                    Planned::Answer(found, late)
                }
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
                    Planned::Answer(found, late) => {
                        let pieces = Response::clone(&found).into_chunks();
                        *state = State::Replaying(pieces.collect(), late);
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
                State::Replaying(pieces, late) => {
                    let late = late.as_ref();
                    if let Some(error) = late.and_then(|late| late.instead(pieces.front())) {
                        *state = State::Over;
                        return Poll::Ready(Some(Err(error)));
                    }
                    return Poll::Ready(pieces.pop_front().map(Ok));
                }
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
