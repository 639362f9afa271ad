//! Those who wait for a place, in the order in which they came.
use super::places::Place;
use std::collections::BTreeMap;
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
    pub(super) fn join(&mut self, bytes: usize) -> (u64, oneshot::Receiver<Place>) {
        let (place, given) = oneshot::channel();
        let number = self.next;
        self.next += 1;
        self.bytes += bytes;
        let call = Call { place, bytes };
        self.calls.insert(number, call);
        (number, given)
    }
    /// One waits no more; it may have gone already.
    pub(super) fn leave(&mut self, number: u64) {
        if let Some(left) = self.calls.remove(&number) {
            self.bytes -= left.bytes;
        }
    }
    /// Who goes next.
    pub(super) fn pop(&mut self) -> Option<oneshot::Sender<Place>> {
        let (_, call) = self.calls.pop_first()?;
        self.bytes -= call.bytes;
        Some(call.place)
    }
}
