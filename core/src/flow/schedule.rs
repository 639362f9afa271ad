//! What is done, and who has left: what the floaters and the lane of one block share.
use super::wakers::Wakers;
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

/// How a floater left the function.
pub enum Left<R> {
    /// With this value.
    With(R),
    /// At this place: the block makes the value when all floaters are gone.
    At(usize),
}

/// For each floater of a run: who must be done before it starts, all of them before it in the source; and who waits
/// for it, all of them after it.
pub(super) type Table<const W: usize> = [[[u64; W]; 2]];

/// The state of one run of a block. Floaters have numbers in the order of the source, the lanes of its groups those
/// after them; `W` words have a bit for each.
///
/// All of it is touched by the one task that polls the block; the atomics only keep it `Sync`.
pub struct Schedule<R, const W: usize> {
    table: &'static Table<W>,
    done: [AtomicU64; W],
    /// Who may be able to start: something that they wait for is done since they were last looked at.
    due: [AtomicU64; W],
    /// The floater that has left the function; those after it never start.
    left: AtomicUsize,
    with: Mutex<Option<Left<R>>>,
    /// Grows with each floater that is done.
    steps: AtomicUsize,
    pub(super) wakers: Wakers<W>,
}

impl<R, const W: usize> Schedule<R, W> {
    /// Nothing has run.
    pub const fn new(table: &'static Table<W>) -> Self {
        Self {
            table,
            done: [const { AtomicU64::new(0) }; W],
            due: [const { AtomicU64::new(0) }; W],
            left: AtomicUsize::new(usize::MAX),
            with: Mutex::new(None),
            steps: AtomicUsize::new(0),
            wakers: Wakers::new(),
        }
    }
    /// A floater has set its values.
    #[inline]
    pub fn done(&self, number: usize) {
        let word = &self.done[number / 64];
        word.store(word.load(Relaxed) | 1 << (number % 64), Relaxed);
        self.look_at(&self.table[number][1]);
        self.steps.store(self.steps() + 1, Relaxed);
    }
    /// These may be able to start.
    #[inline]
    pub(super) fn look_at(&self, floaters: &[u64; W]) {
        for (due, more) in self.due.iter().zip(floaters) {
            due.store(due.load(Relaxed) | more, Relaxed);
        }
    }
    /// The first of these that may be able to start, and can. Those that cannot are due again with the next that
    /// they wait for.
    #[inline]
    pub(super) fn next_of(&self, waiting: u64, word: usize) -> Option<usize> {
        loop {
            let due = self.due[word].load(Relaxed);
            let mine = due & waiting;
            if mine == 0 {
                return None;
            }
            self.due[word].store(due & !(mine & mine.wrapping_neg()), Relaxed);
            let number = word * 64 + mine.trailing_zeros() as usize;
            if self.are_done(&self.table[number][0]) {
                return Some(number);
            }
        }
    }
    /// How many floaters there are.
    #[inline]
    pub(super) fn floaters(&self) -> usize {
        self.table.len()
    }
    #[inline]
    pub(super) fn steps(&self) -> usize {
        self.steps.load(Relaxed)
    }
    #[inline]
    pub(super) fn is_done(&self, number: usize) -> bool {
        self.done[number / 64].load(Relaxed) >> (number % 64) & 1 == 1
    }
    #[inline]
    pub(super) fn are_done(&self, all: &[u64; W]) -> bool {
        let words = self.done.iter().zip(all);
        words.fold(true, |yes, (done, all)| {
            yes & (all & !done.load(Relaxed) == 0)
        })
    }
    /// The floater that has left: those after it do not start, nor go on. Past all numbers if none has.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.left.load(Relaxed)
    }
    /// A floater leaves the function. An earlier one may do so later, and then it counts.
    pub(super) fn leave(&self, number: usize, with: R) {
        self.left_by(number, Left::With(with));
    }
    /// The same for a value that the block itself makes.
    pub fn leave_at(&self, number: usize, place: usize) {
        self.left_by(number, Left::At(place));
    }
    fn left_by(&self, number: usize, how: Left<R>) {
        if number < self.left() {
            self.left.store(number, Relaxed);
            *self.with.lock().unwrap_or_else(PoisonError::into_inner) = Some(how);
        }
        self.done(number);
    }
    /// Waits until the floaters in `all` are done: `None`. If one before number `before` has left the
    /// function, and all that stand before that one are done: what it left with.
    pub fn until<'a>(&'a self, all: &'a [u64; W], before: usize) -> Until<'a, R, W> {
        Until {
            schedule: self,
            all,
            before,
        }
    }
}

/// What [`Schedule::until`] returns. It is polled by the groups around it after each step.
pub struct Until<'a, R, const W: usize> {
    schedule: &'a Schedule<R, W>,
    all: &'a [u64; W],
    before: usize,
}

impl<R, const W: usize> Future for Until<'_, R, W> {
    type Output = Option<Left<R>>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Left<R>>> {
        let schedule = self.schedule;
        let left = schedule.left.load(Relaxed);
        if left < self.before {
            if (0..left).all(|number| schedule.is_done(number)) {
                let mut with = schedule.with.lock().unwrap_or_else(PoisonError::into_inner);
                return Poll::Ready(with.take());
            }
            return Poll::Pending;
        }
        if schedule.are_done(self.all) {
            return Poll::Ready(None);
        }
        Poll::Pending
    }
}
