//! The floaters that are made at one place of a block, and the futures that drive them along.
use super::{schedule::Schedule, wakers::Lent};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// What a group does with one of its floaters.
pub enum Op {
    /// Poll it.
    Poll,
    /// Drop it.
    Drop,
}

/// Does it, to a floater where it is pinned.
#[inline]
pub fn step<F: Future>(
    mut floater: Pin<&mut Option<F>>,
    op: Op,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    match op {
        Op::Poll => match floater.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => Poll::Pending,
        },
        Op::Drop => {
            floater.set(None);
            Poll::Pending
        }
    }
}

/// Some floaters of a run, with one function that reaches them all by their numbers.
pub struct Group<'s, R, P, const W: usize> {
    schedule: &'s Schedule<R, W>,
    each: P,
    /// The number that the lane has beside this group.
    lane: usize,
    /// The floaters of this group, and its lane.
    mine: [u64; W],
    waiting: [u64; W],
    running: [u64; W],
    /// Who had left when this group last looked.
    left: usize,
    /// One of its floaters, or its lane, asks to be polled again.
    again: bool,
}

impl<'s, R, P, const W: usize> Group<'s, R, P, W>
where
    P: FnMut(usize, Op, &mut Context<'_>) -> Poll<R>,
{
    /// A group of which nothing has started.
    #[inline]
    pub fn new(schedule: &'s Schedule<R, W>, floaters: [u64; W], lane: usize, each: P) -> Self {
        let mut mine = floaters;
        mine[lane / 64] |= 1 << (lane % 64);
        schedule.look_at(&floaters);
        Self {
            schedule,
            each,
            lane,
            mine,
            waiting: floaters,
            running: [0; W],
            left: usize::MAX,
            again: false,
        }
    }
    /// Awaits something of the lane, and drives the floaters along.
    pub fn host<F: IntoFuture>(&mut self, future: F) -> Host<'_, Self, F::IntoFuture> {
        self.around(future, false)
    }
    /// The same around another group or around [`Schedule::until`]: polled after each step too.
    pub fn drive<F: IntoFuture>(&mut self, future: F) -> Host<'_, Self, F::IntoFuture> {
        self.around(future, true)
    }
    fn around<F: IntoFuture>(&mut self, future: F, steps: bool) -> Host<'_, Self, F::IntoFuture> {
        Host {
            group: self,
            state: Lane {
                fresh: true,
                steps,
                seen: usize::MAX,
            },
            future: future.into_future(),
        }
    }
    #[inline]
    fn poll_one(&mut self, number: usize, lent: &Lent<'_, W>, cx: &mut Context<'_>) {
        let each = &mut self.each;
        let (polled, again) = lent.poll(number, cx, |cx| each(number, Op::Poll, cx));
        self.again |= again;
        if let Poll::Ready(with) = polled {
            self.discard(number);
            self.schedule.leave(number, with);
        }
        if self.schedule.is_done(number) {
            self.running[number / 64] &= !(1 << (number % 64));
            self.sweep();
        }
    }
    fn discard(&mut self, number: usize) {
        let bit = 1u64 << (number % 64);
        self.waiting[number / 64] &= !bit;
        self.running[number / 64] &= !bit;
        let _ = (self.each)(number, Op::Drop, &mut Context::from_waker(Waker::noop()));
    }
    /// Drops what must not go on, if another has left.
    #[inline]
    fn sweep(&mut self) {
        let left = self.schedule.left();
        if left != self.left {
            self.left = left;
            self.drop_behind(left);
        }
    }
    #[cold]
    fn drop_behind(&mut self, left: usize) {
        // the last first: values drop in the reverse of the order of the source
        for number in (left + 1..self.schedule.floaters()).rev() {
            let alive = self.waiting[number / 64] | self.running[number / 64];
            if alive >> (number % 64) & 1 == 1 {
                self.discard(number);
            }
        }
    }
    /// Starts what may start. One pass in the order of the source is enough: all that a floater waits for stands
    /// before it.
    #[inline]
    fn start(&mut self, lent: &Lent<'_, W>, cx: &mut Context<'_>) {
        self.sweep();
        for word in 0..W {
            while let Some(number) = self.schedule.next_of(self.waiting[word], word) {
                let bit = 1u64 << (number % 64);
                self.waiting[word] &= !bit;
                self.running[word] |= bit;
                self.poll_one(number, lent, cx);
            }
        }
    }
    /// Polls the floaters that were woken and those that may start. Whether the lane was woken, or with `others`
    /// anybody of the other groups.
    #[inline]
    fn advance(&mut self, others: bool, lent: &Lent<'_, W>, cx: &mut Context<'_>) -> bool {
        let woken = self.schedule.wakers.take(&self.mine);
        // one of another group may have left in this very poll
        self.sweep();
        for (word, woken) in woken.iter().enumerate() {
            let mut rest = woken & self.running[word];
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                self.poll_one(word * 64 + bit.trailing_zeros() as usize, lent, cx);
                // one of those before it may have left, and then this one was dropped
                rest = rest & !bit & self.running[word];
            }
        }
        self.start(lent, cx);
        woken[self.lane / 64] >> (self.lane % 64) & 1 == 1
            || (others && self.schedule.wakers.others(&self.mine))
    }
    #[inline]
    fn poll_lane<F: Future>(
        &mut self,
        state: &mut Lane,
        mut future: Pin<&mut F>,
        lent: &Lent<'_, W>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output> {
        let woken = self.advance(state.steps, lent, cx);
        let mut due = woken || state.fresh;
        state.fresh = false;
        loop {
            // steps that were made since the last poll of what is inside, by whichever group
            let seen = self.schedule.steps();
            if due || (state.steps && seen != state.seen) {
                state.seen = seen;
                let future = future.as_mut();
                let (polled, again) = lent.poll(self.lane, cx, |cx| future.poll(cx));
                self.again |= again;
                if polled.is_ready() {
                    return polled;
                }
            }
            // what is inside may have made steps that let ours start, and those may make steps in turn
            if self.schedule.steps() == seen {
                return Poll::Pending;
            }
            self.start(lent, cx);
            due = false;
        }
    }
}

/// What a [`Host`] knows of what it polls.
pub struct Lane {
    /// It was not polled yet.
    fresh: bool,
    /// It is polled after each step too.
    steps: bool,
    /// How many steps there were when it was polled.
    seen: usize,
}

/// Drives a group; see [`Host`].
pub trait Drive {
    /// Polls something of the lane, beside the floaters.
    fn poll_beside<F: Future>(
        &mut self,
        state: &mut Lane,
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output>;
}

impl<R, P, const W: usize> Drive for Group<'_, R, P, W>
where
    P: FnMut(usize, Op, &mut Context<'_>) -> Poll<R>,
{
    #[inline]
    fn poll_beside<F: Future>(
        &mut self,
        state: &mut Lane,
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output> {
        let (schedule, parent) = (self.schedule, cx.waker());
        if self.lane == schedule.floaters() {
            // the first group of a run is around the others
            schedule.wakers.collect(parent);
        }
        let polled = schedule
            .wakers
            .lend(parent, |lent, cx| self.poll_lane(state, future, lent, cx));
        if polled.is_pending() && std::mem::take(&mut self.again) {
            // for those who asked for another poll while they were polled
            parent.wake_by_ref();
        }
        polled
    }
}

pin_project! {
    /// A future of the lane beside the floaters of a group.
    pub struct Host<'g, D, F> {
        group: &'g mut D,
        state: Lane,
        #[pin]
        future: F,
    }
}

impl<D: Drive, F: Future> Future for Host<'_, D, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.group.poll_beside(this.state, this.future, cx)
    }
}
