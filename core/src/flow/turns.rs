//! Turns of a parallel loop: a bounded number at once, their results in the order of the turns.
use super::Out;
use pin_project_lite::pin_project;
use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
};

enum Turn<F: Future> {
    Runs(Pin<Box<F>>),
    Ended(F::Output),
}

/// The turns that have begun and whose results were not taken yet.
pub struct Turns<F: Future> {
    bound: usize,
    turns: VecDeque<Turn<F>>,
}

impl<F: Future> Turns<F> {
    /// At most `bound` turns at once.
    pub fn new(bound: usize) -> Self {
        Self {
            bound,
            turns: VecDeque::new(),
        }
    }
    /// Whether another turn may begin.
    pub fn has_room(&self) -> bool {
        self.turns.len() < self.bound
    }
    /// Begins a turn.
    pub fn push(&mut self, turn: F) {
        self.turns.push_back(Turn::Runs(Box::pin(turn)));
    }
    /// The result of the first turn, `None` when there is no turn.
    pub async fn next(&mut self) -> Option<F::Output> {
        if self.turns.is_empty() {
            return None;
        }
        poll_fn(|cx| self.poll(cx)).await
    }
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        for turn in &mut self.turns {
            if let Turn::Runs(future) = turn
                && let Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *turn = Turn::Ended(value);
            }
        }
        if !matches!(self.turns.front(), Some(Turn::Ended(_))) {
            return Poll::Pending;
        }
        match self.turns.pop_front() {
            Some(Turn::Ended(value)) => Poll::Ready(Some(value)),
            _ => Poll::Pending,
        }
    }
}

/// Tells rustc what a turn begins with before it reads the turn.
#[inline]
pub fn begin<I: Iterator, F: Fn(I::Item) -> T, T: Future>(_: &I, turn: F) -> F {
    turn
}

pin_project! {
    /// The part of a turn that runs beside others; see [`turn`].
    pub struct Beside<'a, T, F> {
        done: &'a Out<T>,
        #[pin]
        future: F,
    }
}

/// Runs the part of a turn that puts its values into `done` and then waits: `None`. If it leaves the
/// function: what it left with.
pub fn turn<T, F: Future>(done: &Out<T>, future: F) -> Beside<'_, T, F> {
    Beside { done, future }
}

impl<T, F: Future> Future for Beside<'_, T, F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Ready(left) => Poll::Ready(Some(left)),
            Poll::Pending if this.done.is_set() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
