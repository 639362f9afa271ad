//! A node of a program, as traces and errors see it.
use super::{
    Open,
    trace::{Outcome, SpanKind},
};
use crate::{Error, Scope, lm::Installed};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// What a node's value means for the trace; an error of ours learns the node's name.
pub(crate) type Judgement<T> = fn(&mut T, &'static str) -> Outcome;

pin_project! {
    /// A node of a program's graph: its own span in a trace. Where nothing is traced it only polls.
    #[must_use = "futures do nothing until they are polled"]
    pub struct Node<F: Future> {
        name: &'static str,
        begun: bool,
        judge: Judgement<F::Output>,
        // while it is traced: its span, and the scope inside of it
        traced: Option<Box<(Open, Scope)>>,
        #[pin]
        future: F,
    }
}

impl<F: Future> Node<F> {
    /// A node of this name.
    pub fn new(name: &'static str, judge: Judgement<F::Output>, future: F) -> Self {
        Node {
            name,
            begun: false,
            judge,
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

impl<F: Future> Future for Node<F> {
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
        let mut polled = match this.traced {
            None => this.future.poll(cx),
            Some(traced) => {
                let _installed = Installed::new(&mut traced.1);
                this.future.poll(cx)
            }
        };
        if let Poll::Ready(value) = &mut polled {
            let outcome = (this.judge)(value, this.name);
            if let Some(traced) = this.traced.take() {
                traced.0.end(outcome);
            }
        }
        polled
    }
}

impl Outcome {
    /// Of a run.
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(Some(error.kind()), error.to_string()),
        }
    }
    /// Of a value that is no `Result`, or of which it is not known.
    pub fn of_value<T>(_: &mut T, _: &'static str) -> Self {
        Outcome::Succeeded
    }
    /// Of a `Result` with our error, which gets the node's path and is noted in the run.
    pub fn of_result<T>(result: &mut Result<T, Error>, name: &'static str) -> Self {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(error) => failed(error, name),
        }
    }
    /// Of a `Result` with another's error, whose words are not known.
    pub fn of_foreign<T, E>(result: &mut Result<T, E>, _: &'static str) -> Self {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(_) => Outcome::Failed(None, "an error of another type".to_owned()),
        }
    }
}

#[cold]
fn failed(error: &mut Error, name: &'static str) -> Outcome {
    let scope = Scope::current();
    error.name_path(|| scope.path_to(name));
    scope.note_failed(error);
    Outcome::Failed(Some(error.kind()), error.to_string())
}
