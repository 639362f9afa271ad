//! Where values of floaters stand: declared in the order of the source, so that they drop in the reverse.
//!
//! One task uses a cell, but a future is only `Send` if what it shares is `Sync`. `OnceLock` and `Mutex` would do,
//! at 10 to 20 ns for each value. Here the right to set a value and the right to take it are values of their own,
//! of which there is one each: so one word and plain loads and stores are enough.
#![allow(unsafe_code)] // a value behind a word of state; the rules stand at each use
use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering},
};

/// A value and whether it is there.
///
/// Invariant: while the word is false only the one [`Put`] touches the value; while it is true, the one [`Take`]
/// or the [`Get`]s do. Who changes the word does so last, with `Release`; who trusts it has read it with `Acquire`.
struct Guarded<T> {
    there: AtomicBool,
    value: UnsafeCell<Option<T>>,
}

impl<T> Guarded<T> {
    const fn new() -> Self {
        Self {
            there: AtomicBool::new(false),
            value: UnsafeCell::new(None),
        }
    }
    #[inline]
    fn is_there(&self) -> bool {
        self.there.load(Ordering::Acquire)
    }
}

/// A value that is set once and then read, by any number, as long as the block lives.
///
/// What is read from it may be borrowed by later values of the same block.
pub struct Out<T>(Guarded<T>);

/// A value with one reader, who takes it.
pub struct Own<T>(Guarded<T>);

/// The right to set the value of a cell. There is one, for it is made of the cell borrowed to be changed.
pub struct Put<'a, T>(&'a Guarded<T>);

/// The right to take the value of an [`Own`]. There is one.
pub struct Take<'a, T>(&'a Guarded<T>);

/// The right to read the value of an [`Out`].
pub struct Get<'a, T>(&'a Guarded<T>);

// SAFETY: the value goes from the thread of the one `Put` to that of the one `Take` (`Send`), and no reference to
// it is given. Both work on `&mut self` only, so sharing them does nothing.
unsafe impl<T: Send> Send for Put<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Put<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Take<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Take<'_, T> {}
// SAFETY: several threads may read the value (`Sync`), which the thread of the one `Put` has made (`Send`).
unsafe impl<T: Send + Sync> Send for Get<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Get<'_, T> {}

impl<T> Put<'_, T> {
    /// Sets the value. One that is there stays.
    #[inline]
    pub fn put(&mut self, value: T) {
        if !self.0.is_there() {
            // SAFETY: the word is false, and this is the one `Put`.
            unsafe { *self.0.value.get() = Some(value) };
            self.0.there.store(true, Ordering::Release);
        }
    }
}

impl<T> Take<'_, T> {
    /// Takes the value. The schedule starts the reader when it is there.
    #[inline]
    pub fn take(&mut self) -> T {
        if !self.0.is_there() {
            early();
        }
        // SAFETY: the word is true, and this is the one `Take`; a cell with a `Take` has no `Get`.
        let value = unsafe { (*self.0.value.get()).take() };
        self.0.there.store(false, Ordering::Release);
        value.unwrap_or_else(|| early())
    }
}

impl<T> Clone for Get<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Get<'_, T> {}

impl<'a, T> Get<'a, T> {
    /// The value. The schedule starts no reader before it is there.
    #[inline]
    pub fn get(&self) -> &'a T {
        if !self.0.is_there() {
            early();
        }
        // SAFETY: the word is true and stays so, for a cell with a `Get` has no `Take`: the value is there, and
        // nobody changes it as long as the cell is borrowed.
        unsafe { (*self.0.value.get()).as_ref() }.unwrap_or_else(|| early())
    }
    pub(super) fn is_there(self) -> bool {
        self.0.is_there()
    }
}

impl<T> Out<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Guarded::new())
    }
    /// Who sets the value, and who reads it.
    #[inline]
    pub fn split(&mut self) -> (Put<'_, T>, Get<'_, T>) {
        (Put(&self.0), Get(&self.0))
    }
    /// The value itself, when all that ran beside it is over.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.value.into_inner().unwrap_or_else(|| early())
    }
}

impl<T> Own<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Guarded::new())
    }
    /// Who sets the value, and who takes it.
    #[inline]
    pub fn split(&mut self) -> (Put<'_, T>, Take<'_, T>) {
        (Put(&self.0), Take(&self.0))
    }
}

impl<T> Default for Out<T> {
    fn default() -> Self {
        Self::new()
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
