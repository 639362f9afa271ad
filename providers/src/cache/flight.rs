//! Equal requests at the same time: one asks, the others wait.
use super::key::Key;
use sigflow_core::{Error, Response};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tokio::sync::OwnedMutexGuard;

/// What came of asking.
pub(super) type Outcome = Result<Arc<Response>, Failed>;

/// A failure, and by when whoever asked wanted an answer.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) deadline: Option<Instant>,
}

impl Failed {
    /// Whether one who waits until then could fare better: there is more time for retries, or for a place in a line.
    pub(super) fn may_be_of_haste(&self, deadline: Option<Instant>) -> bool {
        let is_later = |own: Instant| deadline.is_none_or(|deadline| deadline > own);
        self.error.is_retryable() && self.deadline.is_some_and(is_later)
    }
}

/// Held by who asks; empty until there is an outcome. Who comes in and finds it empty is the next to ask, so that a
/// place is handed over by itself when its holder is dropped. Waiters come in the order of their arrival.
type Slot = Arc<tokio::sync::Mutex<Option<Outcome>>>;

/// What is being asked.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<Key, Flight>>>);

struct Flight {
    slot: Slot,
    /// Who asks, and who waits.
    here: usize,
}

/// What became of one who joined.
pub(super) enum Joined {
    /// It has to ask.
    Leads(Lead),
    /// Another one did.
    Follows(Outcome),
}

/// The right to ask, and the duty to say what came of it. Dropped, the next one asks.
pub(super) struct Lead {
    // in this order: who waits comes in first, and then a flight without waiters ends
    held: OwnedMutexGuard<Option<Outcome>>,
    ticket: Ticket,
}

struct Ticket {
    flights: Flights,
    key: Key,
    slot: Slot,
}

impl Flights {
    /// Waits for an equal request that is under way, if there is one.
    pub(super) async fn join(&self, key: &Key) -> Joined {
        let ticket = self.ticket(key);
        let held = ticket.slot.clone().lock_owned().await;
        match &*held {
            Some(outcome) => Joined::Follows(outcome.clone()),
            None => Joined::Leads(Lead { held, ticket }),
        }
    }
    fn ticket(&self, key: &Key) -> Ticket {
        let mut all = self.all();
        let flight = all.entry(key.clone()).or_insert_with(|| Flight {
            slot: Slot::default(),
            here: 0,
        });
        flight.here += 1;
        Ticket {
            flights: self.clone(),
            key: key.clone(),
            slot: flight.slot.clone(),
        }
    }
    /// A panic elsewhere leaves the map whole: each change is complete before the lock is let go.
    fn all(&self) -> MutexGuard<'_, HashMap<Key, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.all().len()
    }
}

impl Lead {
    /// Everybody who waits gets this. Who comes later begins anew.
    pub(super) fn end(mut self, outcome: Outcome) {
        self.ticket.close();
        *self.held = Some(outcome);
    }
}

impl Ticket {
    fn same(&self, flight: Option<&Flight>) -> bool {
        flight.is_some_and(|flight| Arc::ptr_eq(&flight.slot, &self.slot))
    }
    fn close(&self) {
        let mut all = self.flights.all();
        if self.same(all.get(&self.key)) {
            all.remove(&self.key);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut all = self.flights.all();
        if self.same(all.get(&self.key))
            && let Some(flight) = all.get_mut(&self.key)
        {
            flight.here -= 1;
            if flight.here == 0 {
                all.remove(&self.key);
            }
        }
    }
}
