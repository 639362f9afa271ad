//! One limit: so many units a minute, by the generic cell rate algorithm.
use crate::sync::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};

/// The time in which a limit counts, in nanoseconds.
pub(crate) const WINDOW: u64 = 60_000_000_000;

/// A limit of units a minute (ITU-T I.371's generic cell rate algorithm, as most rate limiters have it): one number, the
/// time at which the bucket is full again. Taking `n` units moves it by `n` intervals; it may lie ahead of now by the
/// burst at most. Taking back moves it the other way, which is why no ready-made limiter would do: they only take.
///
/// Times are nanoseconds since the limiter was made; the caller brings the time.
pub(crate) struct Cell {
    full_at: AtomicU64,
    /// Units a minute; 0 while nobody has said.
    limit: AtomicU64,
    /// How many nanoseconds' worth of units may be taken at once.
    burst: u64,
}

impl Cell {
    pub(crate) fn new(limit: u64, burst: u64) -> Self {
        Cell {
            full_at: AtomicU64::new(0),
            limit: AtomicU64::new(limit),
            burst,
        }
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
    pub(crate) fn take(&self, units: u64, now: u64) -> Result<(), u64> {
        let cost = self.cost(units);
        if cost == 0 {
            return Ok(());
        }
        let tolerance = self.tolerance(cost);
        let mut known = self.full_at.load(Acquire);
        loop {
            let next = known.max(now).saturating_add(cost);
            let free_at = next.saturating_sub(tolerance);
            if free_at > now {
                return Err(free_at);
            }
            match self
                .full_at
                .compare_exchange_weak(known, next, AcqRel, Acquire)
            {
                Ok(_) => return Ok(()),
                Err(other) => known = other,
            }
        }
    }

    /// When units could be taken if so many others took as much before.
    pub(crate) fn free_at(&self, units: u64, others: u64, now: u64) -> u64 {
        let cost = self.cost(units);
        let full_at = self.full_at.load(Acquire).max(now);
        let before = cost.saturating_mul(others);
        let next = full_at.saturating_add(before).saturating_add(cost);
        next.saturating_sub(self.tolerance(cost)).max(now)
    }

    /// Gives units back that were taken and not used.
    pub(crate) fn give_back(&self, units: u64) {
        let cost = self.cost(units);
        let earlier = |full_at: u64| Some(full_at.saturating_sub(cost));
        let _ = self.full_at.fetch_update(AcqRel, Acquire, earlier);
    }

    /// Takes units that were used already: a debt, which those who come later wait for.
    pub(crate) fn owe(&self, units: u64, now: u64) {
        let cost = self.cost(units);
        let later = |full_at: u64| Some(full_at.max(now).saturating_add(cost));
        let _ = self.full_at.fetch_update(AcqRel, Acquire, later);
    }

    /// The server says that so many units are left. It may know of other clients, so less is believed; more is not, for
    /// it may not know yet of what is under way.
    pub(crate) fn believe(&self, remaining: u64, now: u64) {
        if self.limit.load(Relaxed) == 0 {
            return;
        }
        let ahead = self.tolerance(0).saturating_sub(self.cost(remaining));
        let _ = self.full_at.fetch_max(now.saturating_add(ahead), AcqRel);
    }

    /// Units that could be taken now.
    pub(crate) fn left(&self, now: u64) -> Option<u64> {
        let limit = self.limit.load(Relaxed);
        if limit == 0 {
            return None;
        }
        let ahead = self.full_at.load(Acquire).saturating_sub(now);
        let room = self.tolerance(0).saturating_sub(ahead);
        let units = u128::from(room) * u128::from(limit) / u128::from(WINDOW);
        u64::try_from(units).ok()
    }
}
