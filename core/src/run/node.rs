//! A node of a program, as traces and errors see it.
use super::{
    Open,
    trace::{Outcome, SpanKind},
};
use crate::{Error, Scope, lm::Installed};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

/// What a node's value means, for the trace and for its error.
pub trait Judge<T> {
    /// Says it to the trace.
    fn outcome(value: &mut T, name: &'static str) -> Outcome;
    /// Nobody asks; an error of ours still learns the node's name.
    #[inline]
    fn unasked(value: &mut T, name: &'static str) {
        let _ = (value, name);
    }
}
/// A value that is no `Result`, or of which it is not known.
#[derive(Debug, Clone, Copy)]
pub struct ByValue;
/// A `Result` with our error, which gets the node's path and is noted in the run.
#[derive(Debug, Clone, Copy)]
pub struct ByResult;
/// A `Result` with another's error, whose words are not known.
#[derive(Debug, Clone, Copy)]
pub struct ByVariant;

impl<T> Judge<T> for ByValue {
    fn outcome(_: &mut T, _: &'static str) -> Outcome {
        Outcome::Succeeded
    }
}
impl<T> Judge<Result<T, Error>> for ByResult {
    fn outcome(result: &mut Result<T, Error>, name: &'static str) -> Outcome {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(error) => failed(error, name),
        }
    }
    #[inline]
    fn unasked(result: &mut Result<T, Error>, name: &'static str) {
        if let Err(error) = result {
            failed(error, name);
        }
    }
}
impl<T, E> Judge<Result<T, E>> for ByVariant {
    fn outcome(result: &mut Result<T, E>, _: &'static str) -> Outcome {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(_) => Outcome::of_another(),
        }
    }
}

pin_project! {
    /// A node of a program's graph: its own span in a trace. Where nothing is traced it only polls.
    #[must_use = "futures do nothing until they are polled"]
    pub struct Node<F, J> {
        name: &'static str,
        begun: bool,
        judge: PhantomData<fn() -> J>,
        // while it is traced: its span, and the scope inside of it
        traced: Option<Box<(Open, Scope)>>,
        #[pin]
        future: F,
    }
}

impl<F, J> Node<F, J> {
    /// A node of this name.
    #[inline]
    pub fn new(name: &'static str, _: J, future: F) -> Self {
        Node {
            name,
            begun: false,
            judge: PhantomData,
            traced: None,
            future,
        }
    }
}

#[cold]
fn begin(name: &'static str) -> Option<Box<(Open, Scope)>> {
    let around = Scope::current();
    let open = around
        .tracing()?
        .open(SpanKind::Node, name, around.path_to(name), None);
    let inside = around.with_tracing(open.inside());
    Some(Box::new((open, inside)))
}

impl<F: Future, J: Judge<F::Output>> Future for Node<F, J> {
    type Output = F::Output;
    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if !*this.begun {
            *this.begun = true;
            if Scope::is_traced() {
                *this.traced = begin(this.name);
            }
        }
        if this.traced.is_some() {
            return poll_traced::<F, J>(this.name, this.traced, this.future, cx);
        }
        let mut polled = this.future.poll(cx);
        if let Poll::Ready(value) = &mut polled {
            J::unasked(value, this.name);
        }
        polled
    }
}

fn poll_traced<F: Future, J: Judge<F::Output>>(
    name: &'static str,
    traced: &mut Option<Box<(Open, Scope)>>,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    let mut polled = {
        let _installed = traced.as_mut().map(|traced| Installed::new(&mut traced.1));
        future.poll(cx)
    };
    if let Poll::Ready(value) = &mut polled {
        let outcome = J::outcome(value, name);
        if let Some(traced) = traced.take() {
            traced.0.end(outcome);
        }
    }
    polled
}

impl Outcome {
    /// Of an error that is not ours, whose words are not known.
    pub(super) fn of_another() -> Self {
        Outcome::Failed(None, "an error of another type".to_owned())
    }
    /// Of a run.
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(error) => Outcome::of_error(error),
        }
    }
    pub(super) fn of_error(error: &Error) -> Self {
        Outcome::Failed(Some(error.kind()), error.to_string())
    }
}

#[cold]
fn failed(error: &mut Error, name: &'static str) -> Outcome {
    let scope = Scope::current();
    error.name_path(|| scope.path_to(name));
    scope.note_failed(error);
    Outcome::Failed(Some(error.kind()), error.to_string())
}
