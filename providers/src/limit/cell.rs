//! One limit: so many units a minute, by the generic cell rate algorithm.
use crate::sync::{AtomicU64, Mutex, Ordering::Relaxed, PoisonError};
use std::collections::VecDeque;

/// The time in which a limit counts, in nanoseconds.
pub(crate) const WINDOW: u64 = 60_000_000_000;

/// Entries of [`Inner::low`] that are kept.
const KEPT: usize = 1_024;

/// A limit of units a minute (ITU-T I.371's generic cell rate algorithm, as most rate limiters have it): one number, the
/// time at which the bucket is full again. Taking `n` units moves it by `n` intervals; it may lie ahead of now by the
/// burst at most. Taking back moves it the other way, which is why no ready-made limiter would do: they only take.
///
/// Taking back all that was not used would be too much. Who reserves ten units and uses one, while the bucket has long been
/// full again, has kept nothing from anybody; given back they would be there twice, and the server knows of one only. So
/// as much flows back as the bucket would still have if less had been taken from the beginning: what was never full
/// since, at its fullest (`low`; Lindley's recursion, run again from the moment of taking).
///
/// Times are nanoseconds since the limiter was made; the caller brings the time.
pub(crate) struct Cell {
    inner: Mutex<Inner>,
    /// Units a minute; 0 while nobody has said.
    limit: AtomicU64,
    /// How many nanoseconds' worth of units may be taken at once.
    burst: u64,
}

#[derive(Default)]
struct Inner {
    full_at: u64,
    /// How often units were taken.
    takes: u64,
    /// Which take found how much missing to a full bucket, where no later one found less: both ascend. So the least since
    /// a take is the first entry behind it.
    low: VecDeque<(u64, u64)>,
}

/// Which take it was, for giving back.
pub(crate) type Stamp = u64;

impl Cell {
    pub(crate) fn new(limit: u64, burst: u64) -> Self {
        Cell {
            inner: Mutex::new(Inner::default()),
            limit: AtomicU64::new(limit),
            burst,
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut Inner) -> T) -> T {
        // each change leaves it whole
        what(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit.load(Relaxed)
    }

    /// The server's word on a limit that nobody set, or a stricter one.
    pub(crate) fn learn_limit(&self, limit: u64) {
        let stricter = |known: u64| (known == 0 || limit < known).then_some(limit);
        if limit > 0 {
            // no change is no failure: what is known is stricter
            let _ = self.limit.fetch_update(Relaxed, Relaxed, stricter);
        }
    }

    /// The time that so many units take to flow back.
    fn cost(&self, units: u64) -> u64 {
        let limit = self.limit.load(Relaxed);
        if limit == 0 {
            return 0;
        }
        // more than the whole limit at once no server gives; an estimate that is larger waits for a full bucket
        let cost = u128::from(units.min(limit)) * u128::from(WINDOW);
        u64::try_from(cost.div_ceil(u128::from(limit))).unwrap_or(WINDOW)
    }

    /// The most that may lie ahead: one unit always may.
    fn tolerance(&self, cost: u64) -> u64 {
        self.burst.max(cost).max(self.cost(1))
    }

    /// Takes units; else says when they could be taken.
    pub(crate) fn take(&self, units: u64, now: u64) -> Result<Stamp, u64> {
        let cost = self.cost(units);
        if cost == 0 {
            return Ok(0);
        }
        let tolerance = self.tolerance(cost);
        self.with(|inner| {
            let next = inner.full_at.max(now).saturating_add(cost);
            let free_at = next.saturating_sub(tolerance);
            if free_at > now {
                return Err(free_at);
            }
            inner.found(inner.full_at.saturating_sub(now));
            inner.full_at = next;
            Ok(inner.takes)
        })
    }

    /// When units could be taken if so many others took as much before.
    pub(crate) fn free_at(&self, units: u64, others: u64, now: u64) -> u64 {
        let cost = self.cost(units);
        let full_at = self.with(|inner| inner.full_at).max(now);
        let before = cost.saturating_mul(others);
        let next = full_at.saturating_add(before).saturating_add(cost);
        next.saturating_sub(self.tolerance(cost)).max(now)
    }

    /// Gives units back that were taken and not used.
    pub(crate) fn give_back(&self, units: u64, taken: Stamp, now: u64) {
        let cost = self.cost(units);
        self.with(|inner| inner.give_back(cost, taken, now));
    }

    /// Takes units that were used already: a debt, which those who come later wait for.
    pub(crate) fn owe(&self, units: u64, now: u64) {
        let cost = self.cost(units);
        self.with(|inner| inner.full_at = inner.full_at.max(now).saturating_add(cost));
    }

    /// The server says that so many units are left. It may know of other clients, so less is believed; more is not, for
    /// it may not know yet of what is under way.
    pub(crate) fn believe(&self, remaining: u64, now: u64) {
        if self.limit.load(Relaxed) == 0 {
            return;
        }
        let ahead = self.tolerance(0).saturating_sub(self.cost(remaining));
        let at = now.saturating_add(ahead);
        self.with(|inner| inner.full_at = inner.full_at.max(at));
    }

    /// Units that could be taken now.
    pub(crate) fn left(&self, now: u64) -> Option<u64> {
        let limit = self.limit.load(Relaxed);
        if limit == 0 {
            return None;
        }
        let ahead = self.with(|inner| inner.full_at).saturating_sub(now);
        let room = self.tolerance(0).saturating_sub(ahead);
        let units = u128::from(room) * u128::from(limit) / u128::from(WINDOW);
        u64::try_from(units).ok()
    }
}

impl Inner {
    /// A take found so much missing.
    fn found(&mut self, missing: u64) {
        self.takes += 1;
        while self.low.back().is_some_and(|(_, known)| *known >= missing) {
            self.low.pop_back();
        }
        self.low.push_back((self.takes, missing));
        if self.low.len() > KEPT
            && let Some((_, least)) = self.low.pop_front()
            && let Some((_, next)) = self.low.front_mut()
        {
            // for older takes a little less flows back than might
            *next = least;
        }
    }

    fn give_back(&mut self, cost: u64, taken: Stamp, now: u64) {
        let missing = self.full_at.saturating_sub(now);
        let first = self.low.partition_point(|(take, _)| *take <= taken);
        let least = self.low.get(first).map_or(missing, |(_, known)| *known);
        let back = cost.min(least).min(missing);
        self.full_at -= back.min(self.full_at);
        // as if less had been taken then
        for (_, known) in self.low.range_mut(first..) {
            *known -= back.min(*known);
        }
        if let Some((_, lowered)) = self.low.get(first).copied() {
            let keeps = self
                .low
                .partition_point(|(take, known)| *take <= taken && *known < lowered);
            self.low.drain(keeps..first);
        }
    }
}
