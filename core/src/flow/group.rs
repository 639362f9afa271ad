//! The floaters that are made at one place of a block, and the futures that drive them along.
use super::schedule::Schedule;
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
            fresh: true,
            steps,
            seen: usize::MAX,
            future: future.into_future(),
        }
    }
    #[inline]
    fn poll_one(&mut self, number: usize, parent: &Waker) {
        let each = &mut self.each;
        let (polled, again) = self
            .schedule
            .wakers
            .with(number, parent, |cx| each(number, Op::Poll, cx));
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
    fn start(&mut self, parent: &Waker) {
        self.sweep();
        for word in 0..W {
            while let Some(number) = self.schedule.next_of(self.waiting[word], word) {
                let bit = 1u64 << (number % 64);
                self.waiting[word] &= !bit;
                self.running[word] |= bit;
                self.poll_one(number, parent);
            }
        }
    }
}

/// Drives a group; see [`Host`].
pub trait Drive {
    /// Polls the floaters that were woken and those that may start. Whether the lane was woken, or with `others`
    /// anybody of the other groups.
    fn advance(&mut self, cx: &mut Context<'_>, others: bool) -> bool;
    /// Starts what may start after steps of another group. Whether there were steps since `seen`.
    fn settle(&mut self, seen: usize, cx: &mut Context<'_>) -> bool;
    /// How many steps the schedule has made.
    fn steps(&self) -> usize;
    /// Polls something of the lane.
    fn lane<F: Future>(&mut self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output>;
    /// The end of a poll: wakes the parent for those who asked for another one while they were polled.
    fn rest(&mut self, cx: &mut Context<'_>);
}

impl<R, P, const W: usize> Drive for Group<'_, R, P, W>
where
    P: FnMut(usize, Op, &mut Context<'_>) -> Poll<R>,
{
    #[inline]
    fn advance(&mut self, cx: &mut Context<'_>, others: bool) -> bool {
        let parent = cx.waker();
        if self.lane == self.schedule.floaters() {
            // the first group of a run is around the others
            self.schedule.wakers.collect(parent);
        }
        let woken = self.schedule.wakers.take(&self.mine);
        // one of another group may have left in this very poll
        self.sweep();
        for (word, woken) in woken.iter().enumerate() {
            let mut rest = woken & self.running[word];
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                self.poll_one(word * 64 + bit.trailing_zeros() as usize, parent);
                // one of those before it may have left, and then this one was dropped
                rest = rest & !bit & self.running[word];
            }
        }
        self.start(parent);
        woken[self.lane / 64] >> (self.lane % 64) & 1 == 1
            || (others && self.schedule.wakers.others(&self.mine))
    }
    #[inline]
    fn settle(&mut self, seen: usize, cx: &mut Context<'_>) -> bool {
        self.start(cx.waker());
        self.schedule.steps() != seen
    }
    #[inline]
    fn steps(&self) -> usize {
        self.schedule.steps()
    }
    #[inline]
    fn lane<F: Future>(&mut self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let wakers = &self.schedule.wakers;
        let (polled, again) = wakers.with(self.lane, cx.waker(), |cx| future.poll(cx));
        self.again |= again;
        polled
    }
    #[inline]
    fn rest(&mut self, cx: &mut Context<'_>) {
        if std::mem::take(&mut self.again) {
            cx.waker().wake_by_ref();
        }
    }
}

pin_project! {
    /// A future of the lane beside the floaters of a group.
    pub struct Host<'g, D, F> {
        group: &'g mut D,
        fresh: bool,
        steps: bool,
        seen: usize,
        #[pin]
        future: F,
    }
}

impl<D: Drive, F: Future> Future for Host<'_, D, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let woken = this.group.advance(cx, *this.steps);
        let mut due = woken || *this.fresh;
        *this.fresh = false;
        loop {
            // steps that were made since the last poll of what is inside, by whichever group
            let seen = this.group.steps();
            if due || (*this.steps && seen != *this.seen) {
                *this.seen = seen;
                if let Poll::Ready(value) = this.group.lane(this.future.as_mut(), cx) {
                    return Poll::Ready(value);
                }
            }
            // what is inside may have made steps that let ours start, and those may make steps in turn
            if !this.group.settle(seen, cx) {
                this.group.rest(cx);
                return Poll::Pending;
            }
            due = false;
        }
    }
}
