//! Those who wait for a place, in the order in which they came, and whether they are too many for good.
use super::places::Place;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// The line. It has no lock and no clock of its own.
#[derive(Default)]
pub(super) struct Waiting {
    calls: BTreeMap<u64, Call>,
    next: u64,
    bytes: usize,
}

struct Call {
    place: oneshot::Sender<Place>,
    came: Instant,
    bytes: usize,
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
    /// Of all requests that wait.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
    /// One more, at the end: its number, and where its place will come.
    pub(super) fn join(&mut self, bytes: usize, now: Instant) -> (u64, oneshot::Receiver<Place>) {
        let (place, given) = oneshot::channel();
        let number = self.next;
        self.next += 1;
        self.bytes += bytes;
        let call = Call {
            place,
            came: now,
            bytes,
        };
        self.calls.insert(number, call);
        (number, given)
    }
    /// One waits no more; it may have gone already.
    pub(super) fn leave(&mut self, number: u64) {
        if let Some(left) = self.calls.remove(&number) {
            self.bytes -= left.bytes;
        }
    }
    /// Who goes next, and when it came.
    pub(super) fn pop(&mut self) -> Option<(oneshot::Sender<Place>, Instant)> {
        let (_, call) = self.calls.pop_first()?;
        self.bytes -= call.bytes;
        Some((call.place, call.came))
    }
}

/// Whether a line is a burst, which is worked off, or stands, since more comes than goes: `CoDel`'s question, put to calls.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Since when each call that left the line had waited for too long.
    since: Option<Instant>,
    is_overload: bool,
}

impl Standing {
    pub(super) const fn is_overload(&self) -> bool {
        self.is_overload
    }
    /// A call left the line after so long. `target`: what is too long; `interval`: for how long a burst may last.
    pub(super) fn left(
        &mut self,
        waited: Duration,
        now: Instant,
        target: Duration,
        interval: Duration,
    ) {
        if waited < target {
            self.since = None;
            return;
        }
        let since = *self.since.get_or_insert(now);
        self.is_overload |= now.saturating_duration_since(since) >= interval;
    }
    /// The line is empty, and a place free. Until then a line that is held short would be taken for one that is worked off.
    pub(super) const fn ends(&mut self) {
        self.since = None;
        self.is_overload = false;
    }
}
