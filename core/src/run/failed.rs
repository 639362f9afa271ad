//! Which nodes of a run have failed, for [`Error::also`].
use crate::Error;
use std::sync::{Mutex, PoisonError};

/// The failed nodes of one run, in the order of their failures. Empty, it has no allocation.
#[derive(Default)]
pub(crate) struct Failed(Mutex<Vec<Error>>);

impl Failed {
    #[cold]
    pub(crate) fn note(&self, error: &Error) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.iter().any(|known| is_same(known, error)) {
            all.push(error.noted());
        }
    }
    /// Those that are not `error`; what `error` lists itself is not listed again.
    pub(crate) fn but(&self, error: &Error) -> Vec<Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let listed = |one: &Error| error.also().iter().any(|other| is_same(other, one));
        all.retain(|one| !is_same(one, error) && !listed(one));
        std::mem::take(&mut *all)
    }
}

/// The node of an inner program and that of the outer one around it fail with one error.
fn is_same(one: &Error, other: &Error) -> bool {
    one.kind() == other.kind() && one.path() == other.path() && one.to_string() == other.to_string()
}
