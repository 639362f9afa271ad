//! How many hedges there may be.
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// One hedge, in the budget's units.
const ONE: u64 = 1_000_000;
/// Hedges that may be saved up.
const SAVED: u64 = 5;

/// A bucket that each call fills a little, and a hedge empties by one. It needs no clock: it is a share of calls.
#[derive(Debug, Default)]
pub(super) struct Budget(AtomicU64);

impl Budget {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to a million
    pub(super) fn call(&self, share: f64) {
        let more = (share.clamp(0.0, 1.0) * 1e6) as u64;
        let fuller = |saved: u64| Some((saved + more).min(SAVED * ONE));
        let _ = self.0.fetch_update(Relaxed, Relaxed, fuller);
    }
    pub(super) fn take(&self) -> bool {
        let less = |saved: u64| saved.checked_sub(ONE);
        self.0.fetch_update(Relaxed, Relaxed, less).is_ok()
    }
}
