//! The floaters that are made at one place of a block, and the futures that drive them along.
use super::{schedule::Schedule, wakers::Wakers};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// One floater: its number, and the numbers of those that must be done before it starts.
pub struct Step<const W: usize> {
    /// Its number in the order of the source.
    pub number: usize,
    /// A set of numbers.
    pub after: [u64; W],
}

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

/// `N` floaters with one function that reaches them all. `M` is `N + 1`: the last waker is the lane's;
/// `G` words hold `M` bits.
pub struct Group<'s, R, P, const W: usize, const N: usize, const M: usize, const G: usize> {
    schedule: &'s Schedule<R, W>,
    steps: &'static [Step<W>; N],
    each: P,
    waiting: [u64; G],
    running: [u64; G],
    /// How many steps of the schedule this group has seen.
    seen: usize,
    wakers: Wakers<M, G>,
}

impl<'s, R, P, const W: usize, const N: usize, const M: usize, const G: usize>
    Group<'s, R, P, W, N, M, G>
where
    P: FnMut(usize, Op, &mut Context<'_>) -> Poll<R>,
{
    /// A group of which nothing has started.
    pub fn new(schedule: &'s Schedule<R, W>, steps: &'static [Step<W>; N], each: P) -> Self {
        let mut waiting = [0; G];
        for floater in 0..N {
            waiting[floater / 64] |= 1 << (floater % 64);
        }
        Self {
            schedule,
            steps,
            each,
            waiting,
            running: [0; G],
            seen: usize::MAX,
            wakers: Wakers::new(),
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
    fn poll_one(&mut self, floater: usize) {
        let number = self.steps[floater].number;
        let (word, bit) = (floater / 64, 1 << (floater % 64));
        let mut cx = Context::from_waker(self.wakers.waker(floater));
        match (self.each)(floater, Op::Poll, &mut cx) {
            Poll::Ready(with) => {
                self.running[word] &= !bit;
                let _ = (self.each)(
                    floater,
                    Op::Drop,
                    &mut Context::from_waker(std::task::Waker::noop()),
                );
                self.schedule.leave(number, with);
            }
            Poll::Pending if self.schedule.is_done(number) => self.running[word] &= !bit,
            Poll::Pending => {}
        }
    }
    /// Starts what may start, drops what must not go on.
    fn start(&mut self) {
        while self.seen != self.schedule.steps() {
            self.seen = self.schedule.steps();
            // the last first: values drop in the reverse of the order of the source
            for floater in (0..N).rev() {
                let (word, bit) = (floater / 64, 1u64 << (floater % 64));
                let alive = (self.waiting[word] | self.running[word]) & bit != 0;
                if alive && !self.schedule.may_run(self.steps[floater].number) {
                    self.waiting[word] &= !bit;
                    self.running[word] &= !bit;
                    let _ = (self.each)(
                        floater,
                        Op::Drop,
                        &mut Context::from_waker(std::task::Waker::noop()),
                    );
                }
            }
            for word in 0..G {
                let mut rest = self.waiting[word];
                while rest != 0 {
                    let bit = rest & rest.wrapping_neg();
                    rest &= !bit;
                    let floater = word * 64 + bit.trailing_zeros() as usize;
                    let step = &self.steps[floater];
                    if self.schedule.may_run(step.number) && self.schedule.are_done(&step.after) {
                        self.waiting[word] &= !bit;
                        self.running[word] |= bit;
                        self.poll_one(floater);
                    }
                }
            }
        }
    }
}

/// Drives a group; see [`Host`].
pub trait Drive {
    /// Polls the floaters that were woken and those that may start. Whether the lane was woken.
    fn advance(&mut self, cx: &mut Context<'_>) -> bool;
    /// Starts what may start after steps of another group. Whether there were steps since `seen`.
    fn settle(&mut self, seen: usize) -> bool;
    /// How many steps the schedule has made.
    fn steps(&self) -> usize;
    /// The waker of the lane.
    fn lane(&mut self) -> &std::task::Waker;
}

impl<R, P, const W: usize, const N: usize, const M: usize, const G: usize> Drive
    for Group<'_, R, P, W, N, M, G>
where
    P: FnMut(usize, Op, &mut Context<'_>) -> Poll<R>,
{
    fn advance(&mut self, cx: &mut Context<'_>) -> bool {
        let woken = self.wakers.take(cx.waker());
        for (word, woken) in woken.iter().enumerate() {
            let mut rest = woken & self.running[word];
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                rest &= !bit;
                // one of those before it may have left, and then this one was dropped
                if self.running[word] & bit != 0 {
                    self.poll_one(word * 64 + bit.trailing_zeros() as usize);
                    self.start();
                }
            }
        }
        self.start();
        woken[N / 64] >> (N % 64) & 1 == 1
    }
    fn settle(&mut self, seen: usize) -> bool {
        self.start();
        self.schedule.steps() != seen
    }
    fn steps(&self) -> usize {
        self.schedule.steps()
    }
    fn lane(&mut self) -> &std::task::Waker {
        self.wakers.waker(N)
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
        let woken = this.group.advance(cx);
        let mut due = woken || *this.fresh;
        *this.fresh = false;
        loop {
            // steps that were made since the last poll of what is inside, by whichever group
            let seen = this.group.steps();
            if due || (*this.steps && seen != *this.seen) {
                *this.seen = seen;
                let mut lane = Context::from_waker(this.group.lane());
                if let Poll::Ready(value) = this.future.as_mut().poll(&mut lane) {
                    return Poll::Ready(value);
                }
            }
            // what is inside may have made steps that let ours start, and those may make steps in turn
            if !this.group.settle(seen) {
                return Poll::Pending;
            }
            due = false;
        }
    }
}
