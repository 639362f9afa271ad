//! One limit: so many units a minute, by the generic cell rate algorithm.
use super::account::Account;

/// The time in which a limit counts, in nanoseconds.
pub(crate) const WINDOW: u64 = 60_000_000_000;

/// A limit of units a minute (ITU-T I.371's generic cell rate algorithm, as most rate limiters have it): one number, the
/// time at which the bucket is full again. Taking `n` units moves it by `n` intervals; it may lie ahead of now by the
/// burst at most. Taking back moves it the other way, which is why no ready-made limiter would do: they only take.
///
/// There are two such numbers, and the later one holds. One is of all that was taken and told. The other begins with the
/// server's last word on what is left, and has what was taken since. The server has counted what was under way when it
/// spoke; so what flows back of that does not flow into the second.
///
/// A plain state: the caller brings the time, in nanoseconds since the limiter was made, and [`Cells`](super::cells)
/// have the lock.
pub(crate) struct Cell {
    /// Units a minute as the user has set them; 0 for as many as the server says.
    set: u64,
    /// Units a minute; 0 while nobody has said.
    limit: u64,
    /// How many nanoseconds' worth of units may be taken at once.
    burst: u64,
    /// How often units were taken.
    takes: u64,
    all: Account,
    told: Option<Told>,
}

/// The server's last word.
struct Told {
    account: Account,
    /// The last take before it.
    after: Stamp,
}

/// Which take it was, for giving back.
pub(crate) type Stamp = u64;

impl Cell {
    pub(crate) fn new(limit: u64, burst: u64) -> Self {
        Cell {
            set: limit,
            limit,
            burst,
            takes: 0,
            all: Account::default(),
            told: None,
        }
    }

    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }

    /// The server's word on a limit: it is that, but never more than was set.
    pub(crate) fn learn_limit(&mut self, limit: u64, now: u64) {
        let limit = if self.set == 0 {
            limit
        } else {
            limit.min(self.set)
        };
        if limit == 0 || limit == self.limit {
            return;
        }
        // as many units are missing as before, and take another time to flow back
        if self.limit != 0 {
            let told = self.told.as_mut().map(|told| &mut told.account);
            for account in told.into_iter().chain([&mut self.all]) {
                account.scale(self.limit, limit, now);
            }
        }
        self.limit = limit;
    }

    /// The time that so many units take to flow back.
    fn cost(&self, units: u64) -> u64 {
        if self.limit == 0 {
            return 0;
        }
        // more than the whole limit at once no server gives; an estimate that is larger waits for a full bucket
        let cost = u128::from(units.min(self.limit)) * u128::from(WINDOW);
        u64::try_from(cost.div_ceil(u128::from(self.limit))).unwrap_or(WINDOW)
    }

    /// The most that may lie ahead: one unit always may.
    fn tolerance(&self, cost: u64) -> u64 {
        self.burst.max(cost).max(self.cost(1))
    }

    /// When the bucket is full again.
    fn full_at(&self) -> u64 {
        let told = self.told.as_ref().map(|told| told.account.full_at());
        self.all.full_at().max(told.unwrap_or_default())
    }

    /// When units could be taken if so many others took as much before; `now` where that is now.
    pub(crate) fn free_at(&self, units: u64, others: u64, now: u64) -> u64 {
        let cost = self.cost(units);
        if cost == 0 {
            return now;
        }
        let before = cost.saturating_mul(others);
        let next = self.full_at().max(now).saturating_add(before);
        let next = next.saturating_add(cost);
        next.saturating_sub(self.tolerance(cost)).max(now)
    }

    /// Takes units that are [free](Self::free_at). While no limit is known nothing is taken, so nothing can flow back.
    pub(crate) fn take(&mut self, units: u64, now: u64) -> Option<Stamp> {
        if self.limit == 0 {
            return None;
        }
        let cost = self.cost(units);
        if cost > 0 {
            self.takes += 1;
            // the word is used up
            self.told.take_if(|told| told.account.full_at() <= now);
            self.all.take(self.takes, cost, now);
            if let Some(told) = &mut self.told {
                told.account.take(self.takes, cost, now);
            }
        }
        Some(self.takes)
    }

    /// Gives units back that were taken and not used.
    pub(crate) fn give_back(&mut self, units: u64, taken: Stamp, now: u64) {
        let cost = self.cost(units);
        self.all.give_back(cost, taken, now);
        if let Some(told) = &mut self.told
            && taken > told.after
        {
            told.account.give_back(cost, taken, now);
        }
    }

    /// Takes units that were used already: a debt, which those who come later wait for.
    pub(crate) fn owe(&mut self, units: u64, now: u64) {
        let cost = self.cost(units);
        self.all.owe(cost, now);
        if let Some(told) = &mut self.told {
            told.account.owe(cost, now);
        }
    }

    /// The server says that so many units are left. It may know of other clients, so less is believed; more is not, for
    /// it may not know yet of what is under way.
    pub(crate) fn believe(&mut self, remaining: u64, now: u64) {
        if self.limit == 0 {
            return;
        }
        let ahead = self.tolerance(0).saturating_sub(self.cost(remaining));
        let word = Account::until(now.saturating_add(ahead));
        self.all.raise(self.full_at().max(word.full_at()));
        self.told = Some(Told {
            account: word,
            after: self.takes,
        });
    }

    /// Units that could be taken now.
    pub(crate) fn left(&self, now: u64) -> Option<u64> {
        if self.limit == 0 {
            return None;
        }
        let ahead = self.full_at().saturating_sub(now);
        let room = self.tolerance(0).saturating_sub(ahead);
        let units = u128::from(room) * u128::from(self.limit) / u128::from(WINDOW);
        u64::try_from(units).ok()
    }
}
