//! What a run gives in the end: its own failures have a place in the body's error, whosever that is.
use super::trace::Outcome;
use crate::{Error, Result};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A `Result` that a run can give.
pub trait Ended {
    /// The run failed by itself: it was late, called off, or its arguments were wrong.
    fn ended_by(error: Error) -> Self;
    /// An error of ours learns whose it is.
    #[must_use]
    fn in_run(self, learn: impl FnOnce(Error) -> Error) -> Self;
    /// What the trace and the history say.
    fn outcome(&self) -> Outcome;
}

impl<T> Ended for Result<T> {
    fn ended_by(error: Error) -> Self {
        Err(error)
    }
    fn in_run(self, learn: impl FnOnce(Error) -> Error) -> Self {
        self.map_err(learn)
    }
    fn outcome(&self) -> Outcome {
        Outcome::of(self)
    }
}

/// A `Result` with another's error, into which ours can be made: as `?` behind any call asks.
pub struct Foreign<T, E>(Result<T, E>);

impl<T, E: From<Error>> Ended for Foreign<T, E> {
    fn ended_by(error: Error) -> Self {
        Foreign(Err(error.into()))
    }
    /// It passes unchanged.
    fn in_run(self, _: impl FnOnce(Error) -> Error) -> Self {
        self
    }
    fn outcome(&self) -> Outcome {
        match &self.0 {
            Ok(_) => Outcome::Succeeded,
            Err(_) => Outcome::of_another(),
        }
    }
}

pin_project! {
    /// A body whose error is another's.
    pub struct ForeignBody<F> {
        #[pin]
        future: F,
    }
}
impl<F> ForeignBody<F> {
    pub(crate) fn new(future: F) -> Self {
        ForeignBody { future }
    }
}
impl<T, E, F: Future<Output = Result<T, E>>> Future for ForeignBody<F> {
    type Output = Foreign<T, E>;
    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Foreign<T, E>> {
        self.project().future.poll(cx).map(Foreign)
    }
}

pin_project! {
    /// A run of such a body.
    #[must_use = "futures do nothing until they are polled"]
    pub struct ForeignRun<R> {
        #[pin]
        run: R,
    }
}
impl<R> ForeignRun<R> {
    pub(crate) fn new(run: R) -> Self {
        ForeignRun { run }
    }
}
impl<T, E, R: Future<Output = Foreign<T, E>>> Future for ForeignRun<R> {
    type Output = Result<T, E>;
    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
        Poll::Ready(ready!(self.project().run.poll(cx)).0)
    }
}
