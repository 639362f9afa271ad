//! Where values of floaters stand: declared in the order of the source, so that they drop in the reverse.
use std::sync::{Mutex, OnceLock, PoisonError};

/// A value that is set once and then read, by any number, as long as the block lives.
///
/// What is read from it may be borrowed by later values of the same block.
pub struct Out<T>(OnceLock<T>);

impl<T> Out<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
    /// Sets the value.
    #[inline]
    pub fn put(&self, value: T) {
        // the schedule runs the one node that sets it once
        let _ = self.0.set(value);
    }
    /// The value. The schedule starts no reader before it is there.
    #[inline]
    pub fn get(&self) -> &T {
        self.0.get().unwrap_or_else(|| early())
    }
    pub(super) fn is_set(&self) -> bool {
        self.0.get().is_some()
    }
    /// The value itself, when all that ran beside it is over.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(|| early())
    }
}

impl<T> Default for Out<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A value with one reader, who takes it.
pub struct Own<T>(Mutex<Option<T>>);

impl<T> Own<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }
    /// Sets the value.
    #[inline]
    pub fn put(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }
    /// Takes the value. The schedule starts the reader when it is there.
    #[inline]
    pub fn take(&self) -> T {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        value.unwrap_or_else(|| early())
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
