//! The breaker of one route: a state machine that is told the time.
use crate::sync::{Mutex, PoisonError};

/// What a breaker goes by. Times in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) window: u64,
    pub(crate) least_calls: u32,
    /// Of failures among calls, from 0 to 1.
    pub(crate) share: f64,
    pub(crate) in_a_row: u32,
    pub(crate) first: u64,
    pub(crate) longest: u64,
    /// Successes of probes that close it.
    pub(crate) probes: u32,
}

pub(crate) struct Cell {
    rule: Rule,
    inner: Mutex<Inner>,
}

/// Pieces of the window: how far it slides at a time.
const SLOTS: usize = 12;

#[derive(Default)]
struct Inner {
    state: State,
    /// Counts the changes of the state. An attempt belongs to the period in which it was let through, and is judged in no
    /// other: what began before an outage says nothing of the time after it.
    period: Period,
    slots: [Slot; SLOTS],
    in_a_row: u32,
    /// How often it opened since it was last closed.
    opened: u32,
    limited: u64,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    /// Which piece of time it counts, from 1; what it counted before that is void.
    number: u64,
    good: u32,
    bad: u32,
}

#[derive(Default)]
enum State {
    #[default]
    Closed,
    Open {
        until: u64,
    },
    HalfOpen {
        /// Attempts that find out whether the route is well: all of this period.
        under_way: u32,
        succeeded: u32,
    },
}

/// Closed lets all through, open none, half open a few that find out whether the route is well again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// The route is well: all calls go.
    Closed,
    /// The route is down: no call goes.
    Open,
    /// One call goes, then up to three at once, to see whether the route is well.
    HalfOpen,
}

/// Between two changes of the state.
pub(crate) type Period = u64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Say {
    Go(Period),
    Probe(Period),
    /// Not before then; at an unknown time if probes are under way.
    No(Option<u64>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The server answered, or judged the request: it is there.
    Well,
    /// Nothing can be said of the route by a request that was wrong.
    Judged,
    /// Too many requests: the server is there, and counted apart.
    Limited,
    Failed,
    Left,
}

/// From where to where.
pub(crate) type Change = (BreakerState, BreakerState);

impl Cell {
    pub(crate) fn new(rule: Rule) -> Self {
        Cell {
            rule,
            inner: Mutex::new(Inner::default()),
        }
    }

    pub(crate) fn state(&self) -> BreakerState {
        self.with(|inner| inner.state.name())
    }

    /// Replies of too many requests.
    pub(crate) fn limited(&self) -> u64 {
        self.with(|inner| inner.limited)
    }

    /// Whether a call would go now.
    pub(crate) fn is_open_to(&self, now: u64) -> bool {
        self.with(|inner| match &inner.state {
            State::Closed => true,
            State::Open { until } => *until <= now,
            State::HalfOpen {
                under_way,
                succeeded,
            } => *under_way < at_once(*succeeded, self.rule.probes),
        })
    }

    pub(crate) fn admit(&self, now: u64) -> (Say, Option<Change>) {
        self.with(|inner| {
            let mut change = None;
            if let State::Open { until } = inner.state {
                if until > now {
                    return (Say::No(Some(until)), None);
                }
                change = Some(inner.becomes(State::HalfOpen {
                    under_way: 0,
                    succeeded: 0,
                }));
            }
            let period = inner.period;
            match &mut inner.state {
                State::HalfOpen {
                    under_way,
                    succeeded,
                } => {
                    if *under_way >= at_once(*succeeded, self.rule.probes) {
                        return (Say::No(None), change);
                    }
                    *under_way += 1;
                    (Say::Probe(period), change)
                }
                _ => (Say::Go(period), None),
            }
        })
    }

    /// An attempt of a period ended. `unit` from 0 to 1 is chance: clients that saw the same outage must not come back
    /// together.
    pub(crate) fn ended(&self, of: Period, how: How, now: u64, unit: f64) -> Option<Change> {
        self.with(|inner| {
            inner.limited += u64::from(how == How::Limited);
            if of != inner.period {
                return None;
            }
            match &mut inner.state {
                State::Closed => {
                    let opens = inner.count(how, now, &self.rule);
                    opens.then(|| inner.open(now, unit, &self.rule))
                }
                // no call is of such a period
                State::Open { .. } => None,
                State::HalfOpen {
                    under_way,
                    succeeded,
                } => {
                    *under_way = under_way.saturating_sub(1);
                    match how {
                        How::Left => None,
                        How::Failed => Some(inner.open(now, unit, &self.rule)),
                        // a server that judges requests is there
                        How::Well | How::Judged | How::Limited => {
                            *succeeded += 1;
                            if *succeeded < self.rule.probes {
                                return None;
                            }
                            inner.opened = 0;
                            Some(inner.becomes(State::Closed))
                        }
                    }
                }
            }
        })
    }

    fn with<T>(&self, what: impl FnOnce(&mut Inner) -> T) -> T {
        // each change leaves the state whole
        what(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Probes under way at once: one, until it was answered.
fn at_once(succeeded: u32, probes: u32) -> u32 {
    if succeeded == 0 {
        1
    } else {
        // those that are still missing
        probes.saturating_sub(succeeded).max(1)
    }
}

impl State {
    const fn name(&self) -> BreakerState {
        match self {
            State::Closed => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }
}

impl Inner {
    /// A new period, in which nothing was counted yet.
    fn becomes(&mut self, state: State) -> Change {
        let change = (self.state.name(), state.name());
        self.state = state;
        self.period += 1;
        self.in_a_row = 0;
        self.slots = Default::default();
        change
    }

    /// Counts, and says whether that is too much.
    fn count(&mut self, how: How, now: u64, rule: &Rule) -> bool {
        let failed = match how {
            How::Well => false,
            How::Failed => true,
            How::Judged | How::Limited | How::Left => return false,
        };
        let number = now / (rule.window / SLOTS as u64).max(1) + 1;
        #[allow(clippy::cast_possible_truncation)] // below SLOTS
        let slot = &mut self.slots[(number % SLOTS as u64) as usize];
        if slot.number != number {
            *slot = Slot {
                number,
                ..Slot::default()
            };
        }
        if failed {
            slot.bad += 1;
            self.in_a_row += 1;
        } else {
            slot.good += 1;
            self.in_a_row = 0;
        }
        if !failed {
            return false;
        }
        let recent = self
            .slots
            .iter()
            .filter(|slot| slot.number + SLOTS as u64 > number);
        let (good, bad) = recent.fold((0, 0), |(good, bad), slot| {
            (good + slot.good, bad + slot.bad)
        });
        let all: u32 = good + bad;
        self.in_a_row >= rule.in_a_row
            || (all >= rule.least_calls && f64::from(bad) >= rule.share * f64::from(all))
    }

    fn open(&mut self, now: u64, unit: f64, rule: &Rule) -> Change {
        let power = 2_u64.checked_pow(self.opened).unwrap_or(u64::MAX);
        let span = rule.first.saturating_mul(power).min(rule.longest);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss
        )] // a minute in nanoseconds
        let span = (span as f64 * (1.0 - unit / 5.0)) as u64;
        self.opened = self.opened.saturating_add(1);
        self.becomes(State::Open {
            until: now.saturating_add(span),
        })
    }
}
