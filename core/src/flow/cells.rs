//! Where values of floaters stand: declared in the order of the source, so that they drop in the reverse.
//!
//! One task uses a cell, but a future is only `Send` if its cells are `Sync`. `OnceLock` and `Mutex` would do,
//! at 10 to 20 ns for each value; a cell here has one word that says who may touch the value.
#![allow(unsafe_code)] // a value behind a word of state; the rules stand at each use
use std::{
    cell::UnsafeCell,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::atomic::{AtomicU8, Ordering},
};

/// Nobody has touched the value.
const EMPTY: u8 = 0;
/// One thread has it to itself: it alone came from `EMPTY` or `SET` to here.
const BUSY: u8 = 1;
/// The value is there.
const SET: u8 = 2;

/// A value and who may touch it. Invariant: while the word is `SET`, the value is there and nobody changes it;
/// who has changed the word to `BUSY` has it alone until they change it again.
struct Guarded<T> {
    state: AtomicU8,
    value: UnsafeCell<Option<T>>,
}

impl<T> Guarded<T> {
    const fn new() -> Self {
        Self {
            state: AtomicU8::new(EMPTY),
            value: UnsafeCell::new(None),
        }
    }
    /// Changes the word from `from` to `BUSY`, if that is what it is: then the value is the caller's.
    #[inline]
    fn enter(&self, from: u8) -> bool {
        self.state
            .compare_exchange(from, BUSY, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }
    /// The first value stays.
    #[inline]
    fn put(&self, value: T) {
        if self.enter(EMPTY) {
            // SAFETY: the word was `EMPTY` and is `BUSY` by us: nobody else touches the value.
            unsafe { *self.value.get() = Some(value) };
            self.state.store(SET, Ordering::Release);
        }
    }
    #[inline]
    fn is_set(&self) -> bool {
        self.state.load(Ordering::Acquire) == SET
    }
}

/// A value that is set once and then read, by any number, as long as the block lives.
///
/// What is read from it may be borrowed by later values of the same block.
pub struct Out<T>(Guarded<T>);

// SAFETY: one thread may put a value that another reads or drops (`Send`), and several may read it (`Sync`).
// The word orders the one writer before all readers, and nothing leads out of `SET` for a shared cell.
unsafe impl<T: Send + Sync> Sync for Out<T> {}
impl<T: RefUnwindSafe + UnwindSafe> RefUnwindSafe for Out<T> {}

impl<T> Out<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Guarded::new())
    }
    /// Sets the value.
    #[inline]
    pub fn put(&self, value: T) {
        self.0.put(value);
    }
    /// The value. The schedule starts no reader before it is there.
    #[inline]
    pub fn get(&self) -> &T {
        if !self.0.is_set() {
            early();
        }
        // SAFETY: the word is `SET`, and stays so while the cell is shared: the value only changes through
        // `into_inner`, which has the cell to itself.
        unsafe { (*self.0.value.get()).as_ref() }.unwrap_or_else(|| early())
    }
    pub(super) fn is_set(&self) -> bool {
        self.0.is_set()
    }
    /// The value itself, when all that ran beside it is over.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.value.into_inner().unwrap_or_else(|| early())
    }
}

impl<T> Default for Out<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A value with one reader, who takes it.
pub struct Own<T>(Guarded<T>);

// SAFETY: a value goes through the cell from one thread to another (`Send`); no reference to it is ever given.
unsafe impl<T: Send> Sync for Own<T> {}
impl<T> RefUnwindSafe for Own<T> {}

impl<T> Own<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Guarded::new())
    }
    /// Sets the value.
    #[inline]
    pub fn put(&self, value: T) {
        self.0.put(value);
    }
    /// Takes the value. The schedule starts the reader when it is there.
    #[inline]
    pub fn take(&self) -> T {
        if !self.0.enter(SET) {
            early();
        }
        // SAFETY: the word was `SET` and is `BUSY` by us, for ever: nobody else touches the value.
        unsafe { (*self.0.value.get()).take() }.unwrap_or_else(|| early())
    }
}

impl<T> Default for Own<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The macro makes the schedule; if this is ever seen, it made it wrong.
#[cold]
#[inline(never)]
fn early() -> ! {
    unreachable!("a value of a program was asked for before it was there")
}
