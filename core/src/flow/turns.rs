//! Turns of a parallel loop: a bounded number at once, their results in the order of the turns.
use super::Get;
use pin_project_lite::pin_project;
use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// What a turn's waker knows: whether the turn was woken, and whom to wake then.
struct Bell {
    rung: AtomicBool,
    parent: Mutex<Waker>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            let parent = self.parent.lock().unwrap_or_else(PoisonError::into_inner);
            let parent = parent.clone();
            parent.wake();
        }
    }
}

/// Where a turn runs. The next turn takes it over, so that a loop allocates for as many turns as run at once.
struct Seat<F: Future> {
    turn: Pin<Box<Option<F>>>,
    ended: Option<F::Output>,
    bell: Arc<Bell>,
    waker: Waker,
}

impl<F: Future> Seat<F> {
    fn new() -> Self {
        let bell = Arc::new(Bell {
            rung: AtomicBool::new(true),
            parent: Mutex::new(Waker::noop().clone()),
        });
        Self {
            turn: Box::pin(None),
            ended: None,
            waker: Waker::from(Arc::clone(&bell)),
            bell,
        }
    }
    /// Polls the turn, if it was woken.
    fn poll(&mut self, parent: &Waker) {
        let mut kept = self
            .bell
            .parent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !kept.will_wake(parent) {
            kept.clone_from(parent);
        }
        drop(kept);
        if !self.bell.rung.swap(false, Ordering::AcqRel) {
            return;
        }
        if let Some(turn) = self.turn.as_mut().as_pin_mut()
            && let Poll::Ready(value) = turn.poll(&mut Context::from_waker(&self.waker))
        {
            self.turn.set(None);
            self.ended = Some(value);
        }
    }
}

/// The turns that have begun and whose results were not taken yet.
pub struct Turns<F: Future> {
    bound: usize,
    seats: VecDeque<Seat<F>>,
    free: Vec<Seat<F>>,
}

impl<F: Future> Turns<F> {
    /// At most `bound` turns at once.
    pub fn new(bound: usize) -> Self {
        Self {
            bound,
            seats: VecDeque::new(),
            free: Vec::new(),
        }
    }
    /// Whether another turn may begin.
    pub fn has_room(&self) -> bool {
        self.seats.len() < self.bound
    }
    /// Begins a turn.
    pub fn push(&mut self, turn: F) {
        let mut seat = self.free.pop().unwrap_or_else(Seat::new);
        seat.turn.set(Some(turn));
        seat.bell.rung.store(true, Ordering::Release);
        self.seats.push_back(seat);
    }
    /// The result of the first turn, `None` when there is no turn.
    pub async fn next(&mut self) -> Option<F::Output> {
        if self.seats.is_empty() {
            return None;
        }
        poll_fn(|cx| self.poll(cx)).await
    }
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        for seat in &mut self.seats {
            seat.poll(cx.waker());
        }
        let Some(value) = self.seats.front_mut().and_then(|seat| seat.ended.take()) else {
            return Poll::Pending;
        };
        self.free.extend(self.seats.pop_front());
        Poll::Ready(Some(value))
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
        done: Get<'a, T>,
        #[pin]
        future: F,
    }
}

/// Runs the part of a turn that puts its values into `done` and then waits: `None`. If it leaves the
/// function: what it left with.
pub fn turn<T, F: Future>(done: Get<'_, T>, future: F) -> Beside<'_, T, F> {
    Beside { done, future }
}

impl<T, F: Future> Future for Beside<'_, T, F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Ready(left) => Poll::Ready(Some(left)),
            Poll::Pending if this.done.is_there() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
