//! What is missing to a full bucket, and how much of it may flow back.
use std::collections::VecDeque;

/// Entries of [`Account::low`] that are kept.
const KEPT: usize = 1_024;

/// When a bucket is full again.
///
/// Taking back all that was not used would be too much. Who reserves ten units and uses one, while the bucket has long been
/// full again, has kept nothing from anybody; given back they would be there twice, and the server knows of one only. So
/// as much flows back as the bucket would still have if less had been taken from the beginning: what was never full
/// since, at its fullest (`low`; Lindley's recursion, run again from the moment of taking).
///
/// All in nanoseconds: units are the time in which they flow back.
#[derive(Default)]
pub(crate) struct Account {
    full_at: u64,
    /// Which take found how much missing to a full bucket, where no later one found less: both ascend. So the least since
    /// a take is the first entry behind it.
    low: VecDeque<(u64, u64)>,
}

impl Account {
    pub(crate) fn until(full_at: u64) -> Self {
        Account {
            full_at,
            low: VecDeque::new(),
        }
    }

    pub(crate) const fn full_at(&self) -> u64 {
        self.full_at
    }

    /// Not before then.
    pub(crate) fn raise(&mut self, at: u64) {
        self.full_at = self.full_at.max(at);
    }

    pub(crate) fn owe(&mut self, cost: u64, now: u64) {
        self.full_at = self.full_at.max(now).saturating_add(cost);
    }

    /// The take of this number; each is greater than the one before.
    pub(crate) fn take(&mut self, number: u64, cost: u64, now: u64) {
        let missing = self.full_at.saturating_sub(now);
        while self.low.back().is_some_and(|(_, known)| *known >= missing) {
            self.low.pop_back();
        }
        self.low.push_back((number, missing));
        if self.low.len() > KEPT
            && let Some((_, least)) = self.low.pop_front()
            && let Some((_, next)) = self.low.front_mut()
        {
            // for older takes a little less flows back than might
            *next = least;
        }
        self.owe(cost, now);
    }

    pub(crate) fn give_back(&mut self, cost: u64, taken: u64, now: u64) {
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

    /// Another limit: the same units take another time.
    pub(crate) fn scale(&mut self, from: u64, to: u64, now: u64) {
        let product = |span: u64| u128::from(span) * u128::from(from);
        let short = |span: u128| u64::try_from(span).unwrap_or(u64::MAX);
        let ahead = product(self.full_at.saturating_sub(now)).div_ceil(u128::from(to));
        self.full_at = now.saturating_add(short(ahead));
        // rounded the other way: less flows back
        for (_, known) in &mut self.low {
            *known = short(product(*known) / u128::from(to));
        }
    }
}
