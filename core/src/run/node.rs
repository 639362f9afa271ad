//! A node of a program, as traces see it.
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

pin_project! {
    /// A node of a program's graph: its own span in a trace. Where nothing is traced it only polls.
    #[must_use = "futures do nothing until they are polled"]
    pub struct Node<F: Future> {
        name: Option<&'static str>,
        outcome: fn(&F::Output) -> Outcome,
        // while it is traced: its span, and the scope inside of it
        traced: Option<(Open, Scope)>,
        #[pin]
        future: F,
    }
}

impl<F: Future> Node<F> {
    /// A node of this name; `outcome` says what its value means for the trace.
    pub fn new(name: &'static str, outcome: fn(&F::Output) -> Outcome, future: F) -> Self {
        Node {
            name: Some(name),
            outcome,
            traced: None,
            future,
        }
    }
}

impl<F: Future> Future for Node<F> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(name) = this.name.take() {
            let around = Scope::current();
            if let Some(tracing) = around.tracing() {
                let open = tracing.open(SpanKind::Node, name, around.path_to(name), None);
                let inside = around.with_tracing(open.inside());
                *this.traced = Some((open, inside));
            }
        }
        let Some((_, scope)) = this.traced else {
            return this.future.poll(cx);
        };
        let polled = {
            let _installed = Installed::new(scope);
            this.future.poll(cx)
        };
        if let Poll::Ready(value) = &polled
            && let Some((open, _)) = this.traced.take()
        {
            open.end((this.outcome)(value));
        }
        polled
    }
}

impl Outcome {
    /// Of a value that is no `Result`.
    pub fn of_value<T>(_: &T) -> Self {
        Outcome::Succeeded
    }
    /// Of a `Result` with our error.
    pub fn of_result<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(Some(error.kind()), error.to_string()),
        }
    }
    /// Of a `Result` with another's error, whose words are not known.
    pub fn of_foreign<T, E>(result: &Result<T, E>) -> Self {
        match result {
            Ok(_) => Outcome::Succeeded,
            Err(_) => Outcome::Failed(None, "an error of another type".to_owned()),
        }
    }
}
