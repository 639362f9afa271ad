//! The waker of the task around a run: read by whoever wakes it, changed only by the task itself.
//!
//! As in the `AtomicWaker` of futures (its `task/atomic_waker.rs`) nobody waits for anybody. Here the waker stays
//! where it is when it is used, so that a poll need not put it back: those who use it are counted.
#![allow(unsafe_code)] // a value behind a word that says who may touch it; the rules stand at each use
use std::{
    cell::UnsafeCell,
    mem,
    sync::atomic::{
        AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
    task::Waker,
};

/// Somebody puts another waker in.
const CHANGING: usize = 1 << (usize::BITS - 1);

/// A waker, and how many are using it.
///
/// Invariant: who has added one to `users` and saw no `CHANGING` may read the waker until it subtracts it; who has
/// brought `users` from nothing to `CHANGING` may change it until it takes that back.
pub(super) struct Parent {
    users: AtomicUsize,
    waker: UnsafeCell<Waker>,
}

// SAFETY: a `Waker` is `Send` and `Sync`, and `users` keeps readers and the one writer apart.
unsafe impl Sync for Parent {}

/// Takes from the count also when a waker panics.
struct Using<'a>(&'a AtomicUsize);
impl Drop for Using<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Release);
    }
}

impl Parent {
    pub(super) const fn new(waker: Waker) -> Self {
        Self {
            users: AtomicUsize::new(0),
            waker: UnsafeCell::new(waker),
        }
    }
    /// Wakes it. Not while it is being changed: the poll that changes it looks afterwards at who was woken.
    pub(super) fn wake(&self) {
        let before = self.users.fetch_add(1, Acquire);
        let _using = Using(&self.users);
        if before < CHANGING {
            // SAFETY: this is counted, and nobody was changing it: nobody begins to before this one is through.
            unsafe { (*self.waker.get()).wake_by_ref() }
        }
    }
    /// Puts another in, and gives the addresses of what is kept of it. `None` if the one before is in use just now.
    pub(super) fn set(&self, waker: &Waker) -> Option<[usize; 2]> {
        let mut waker = waker.clone();
        let kept = super::wakers::addresses(&waker);
        self.users
            .compare_exchange(0, CHANGING, AcqRel, Relaxed)
            .ok()?;
        // SAFETY: nobody was using it, and whoever comes sees `CHANGING`.
        mem::swap(unsafe { &mut *self.waker.get() }, &mut waker);
        self.users.fetch_sub(CHANGING, Release);
        drop(waker); // what it does is not ours to know, so it comes last
        Some(kept)
    }
}
