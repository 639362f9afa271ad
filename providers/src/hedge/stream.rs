//! Two streams, of which the one that speaks first is read on.
use super::model::{failure, since};
use crate::{
    calling::{self, Took, answered, is_empty},
    route::Route,
};
use futures_core::Stream;
use sigflow_core::{Attempt, BoxFuture, BoxStream, Chunk, Error, ErrorKind, Request, Result};
use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// One of two streams, until it speaks.
pub(super) struct Lane {
    pub(super) route: String,
    pub(super) began: Instant,
    pieces: BoxStream<'static, Result<Chunk>>,
    /// What came before its first word, and the word.
    ready: VecDeque<Chunk>,
    inner: Vec<Attempt>,
}

impl Lane {
    pub(super) fn new(route: &Route, request: Request) -> Self {
        Lane {
            route: route.name().to_owned(),
            began: calling::now(),
            pieces: route.lm.stream(request),
            ready: VecDeque::new(),
            inner: Vec::new(),
        }
    }
    pub(super) fn poll_begun(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            let Poll::Ready(piece) = self.pieces.as_mut().poll_next(cx) else {
                return Poll::Pending;
            };
            match piece {
                Some(Ok(Chunk::Attempts(attempts))) => self.inner = attempts,
                Some(Ok(chunk)) => {
                    let says_little = matches!(chunk, Chunk::Head { .. }) || is_empty(&chunk);
                    self.ready.push_back(chunk);
                    if !says_little {
                        return Poll::Ready(Ok(()));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => {
                    return Poll::Ready(Err(Error::new(
                        ErrorKind::IncompleteStream,
                        "the stream ended before the reply did",
                    )));
                }
            }
        }
    }
    pub(super) async fn begun(&mut self) -> Result<()> {
        poll_fn(|cx| self.poll_begun(cx)).await
    }
}

/// The stream that spoke first.
pub(super) struct Speaking {
    lane: Lane,
    /// Of the other.
    attempts: Vec<Attempt>,
    /// It comes out of a cache.
    is_saved: bool,
    over: bool,
}

impl Speaking {
    pub(super) fn new(lane: Lane, attempts: Vec<Attempt>) -> Self {
        Speaking {
            lane,
            attempts,
            is_saved: false,
            over: false,
        }
    }
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk>>> {
        loop {
            if self.over && self.lane.ready.is_empty() {
                return Poll::Ready(None);
            }
            let chunk = match self.lane.ready.pop_front() {
                Some(chunk) => chunk,
                None => match self.lane.pieces.as_mut().poll_next(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(Chunk::Attempts(attempts)))) => {
                        self.lane.inner = attempts;
                        continue;
                    }
                    Poll::Ready(Some(Ok(chunk))) => chunk,
                    Poll::Ready(Some(Err(error))) => {
                        self.over = true;
                        let mut attempts = std::mem::take(&mut self.attempts);
                        let took = since(self.lane.began);
                        attempts.extend(failure(&self.lane.route, &error, took));
                        return Poll::Ready(Some(Err(error.with_attempts(attempts))));
                    }
                    Poll::Ready(None) => {
                        self.over = true;
                        return Poll::Ready(None);
                    }
                },
            };
            self.is_saved |= matches!(chunk, Chunk::Saved(_));
            let (Chunk::End(usage), false) = (&chunk, self.over) else {
                return Poll::Ready(Some(Ok(chunk)));
            };
            self.over = true;
            let mut attempts = std::mem::take(&mut self.attempts);
            let inner = std::mem::take(&mut self.lane.inner);
            let took = since(self.lane.began);
            answered(
                &mut attempts,
                &self.lane.route,
                Took {
                    usage: *usage,
                    cost: None,
                    is_saved: self.is_saved,
                },
                took,
                Duration::ZERO,
                inner,
            );
            self.lane.ready.push_back(chunk);
            return Poll::Ready(Some(Ok(Chunk::Attempts(attempts))));
        }
    }
}

pub(super) enum Pieces {
    Beginning(BoxFuture<'static, Result<Speaking>>),
    Speaking(Box<Speaking>),
    Over,
}

impl Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Pieces::Beginning(beginning) => match beginning.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(speaking)) => *self = Pieces::Speaking(Box::new(speaking)),
                    Poll::Ready(Err(error)) => {
                        *self = Pieces::Over;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                Pieces::Speaking(speaking) => return speaking.poll(cx),
                Pieces::Over => return Poll::Ready(None),
            }
        }
    }
}
