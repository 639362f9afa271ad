//! What bounds the work: depth, size, and steps counted against the length of the text.
use std::cell::Cell;

/// Deeper values than this are refused: nothing here recurses further. So deep fits into the stack of a
/// worker thread (2 MB) without optimization too.
pub(super) const DEEPEST: usize = 64;
/// Longer replies than this are refused: positions are kept in 32 bits.
pub(super) const LONGEST: usize = 1 << 30;
/// How many steps there may be for each byte before the reader stops looking around and takes the first
/// reading there is. Plain text takes about two.
const STEPS: usize = 48;

/// Counts steps. Shared by everything that reads one reply.
#[derive(Debug, Default)]
pub(super) struct Work {
    done: Cell<usize>,
    most: usize,
    /// No one asks where something was forgiven.
    unlisted: bool,
}

impl Work {
    pub(super) fn of(text: &str) -> Self {
        Work {
            done: Cell::new(0),
            unlisted: false,
            most: STEPS * (text.len() + 256),
        }
    }
    /// The same where what is forgiven is listed, or not.
    pub(super) fn listed(text: &str, listed: bool) -> Self {
        Work {
            unlisted: !listed,
            ..Work::of(text)
        }
    }
    /// What is forgiven is listed with its place.
    pub(super) fn lists(&self) -> bool {
        !self.unlisted
    }
    /// Counts.
    pub(super) fn add(&self, steps: usize) {
        self.done.set(self.done.get().saturating_add(steps));
    }
    /// Nothing may be tried any more that may turn out to be in vain.
    pub(super) fn spent(&self) -> bool {
        self.done.get() > self.most
    }
    /// All steps so far.
    #[cfg(test)]
    pub(super) fn done(&self) -> usize {
        self.done.get()
    }
}
