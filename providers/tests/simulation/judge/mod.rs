//! The rules: what must hold of every run.
mod beside;
mod calls;
mod kept;
mod money;
mod servers;

use crate::{
    caller::Told,
    layers::Layers,
    report::{Fault, Tally},
    run::Sampled,
    server::{Server, Visit, VisitEnd},
    shape::Shape,
    witness::Heard,
};
use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    NoneLost,
    AnsweredOnce,
    ItsOwnAnswer,
    WithinBudget,
    LimitsAtServer,
    Deadlines,
    ShedIsTold,
    BreakerOpens,
    BreakerRecovers,
    Bounded,
    NothingLeft,
    /// All requests of a call are told of, those that were left too.
    AllAreNamed,
    /// No more calls are hedged than may be.
    HedgeShare,
    /// Who was slower is dropped at once.
    LosersLeft,
    /// A comparison asks each of its routes once.
    EachAskedOnce,
    /// A comparison takes the answer that it is to take.
    Picked,
    /// Money and tokens: never more is reserved and spent than there is.
    WithinMoney,
    /// Who is sent away for want of money could have been too dear.
    RefusedWithReason,
    /// What servers write on the bill is counted, and nothing else.
    MoneyIsCounted,
    /// Of equal requests at once one is asked, and no more while its answer is kept.
    EqualsAskedOnce,
    /// Nothing is answered out of a cache that is older than it may be.
    NotStale,
    /// The cache does with a call what the call says.
    AsCallsSay,
    /// A failure is for those who wait for it.
    ErrorsAreNotKept,
    /// Who has more time than another does not hear that the other had too little.
    OnesOwnTime,
    /// Nothing is sent while there is no memory for it.
    MemoryBounded,
    /// What can be made again gives way before calls do.
    CachesFirst,
    /// The gauge counts what is held, and nothing when nothing is.
    MemoryFlowsBack,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// All that a run left behind.
pub(crate) struct Evidence<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) told: &'a [Told],
    pub(crate) servers: &'a [Arc<Server>],
    pub(crate) layers: &'a Layers,
    pub(crate) heard: &'a Heard,
    /// When the clock jumped, and by how much.
    pub(crate) jumps: &'a [(Instant, Duration)],
    pub(crate) sampled: &'a Sampled,
    /// Calls from this number on were made when nothing failed any more.
    pub(crate) calm_from: u64,
    pub(crate) calm_at: Instant,
}

/// A timer rings on the next millisecond.
const SLACK: Duration = Duration::from_millis(10);
/// No call waits longer for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Rules that did not hold.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, rule: Rule, what: String) {
        self.0.push(Fault { rule, what });
    }
    fn all(&mut self, rule: Rule, what: impl IntoIterator<Item = String>) {
        what.into_iter().for_each(|what| self.add(rule, what));
    }
}

/// What calls did at servers.
struct Visits(BTreeMap<u64, Vec<At>>);

/// A request, and the number of its server.
struct At {
    server: usize,
    visit: Visit,
}

impl Visits {
    /// Of one call, server by server.
    fn of(&self, call: u64) -> &[At] {
        self.0.get(&call).map_or(&[], |visits| visits)
    }
    fn each(&self) -> impl Iterator<Item = &At> {
        self.0.values().flatten()
    }
    fn calls(&self) -> impl Iterator<Item = (u64, &[At])> {
        self.0.iter().map(|(call, visits)| (*call, &visits[..]))
    }
}

impl At {
    fn is_answered(&self) -> bool {
        self.visit.end == VisitEnd::Answered
    }
    /// How often one server was asked, of those.
    fn times(visits: &[At], servers: &[usize]) -> u32 {
        let each = servers.iter().map(|server| {
            let there = visits.iter().filter(|at| at.server == *server);
            there.count() as u32
        });
        each.max().unwrap_or(0)
    }
}

impl Evidence<'_> {
    pub(crate) fn faults(&self, tally: &mut Tally) -> Vec<Fault> {
        let mut faults = Faults::default();
        let visits = self.visits();
        self.calls(&visits, tally, &mut faults);
        self.servers(&visits, tally, &mut faults);
        self.budgets(&visits, &mut faults);
        self.breakers(tally, &mut faults);
        self.hedges(&visits, tally, &mut faults);
        self.comparisons(&visits, tally, &mut faults);
        self.money(&visits, tally, &mut faults);
        self.kept(&visits, tally, &mut faults);
        if let Some(memory) = &self.layers.memory {
            tally.refused_for_memory += memory.refused();
            faults.0.extend(memory.faults());
        }
        faults.all(Rule::Bounded, self.sampled.faults.clone());
        faults.all(Rule::NothingLeft, self.sampled.left.clone());
        faults.all(Rule::MemoryFlowsBack, self.sampled.memory.clone());
        faults.all(Rule::ItsOwnAnswer, self.sampled.history.clone());
        self.reach(tally);
        faults.0
    }

    fn visits(&self) -> Visits {
        let mut all: BTreeMap<u64, Vec<At>> = BTreeMap::new();
        for (server, of) in self.servers.iter().enumerate() {
            for visit in &of.seen().visits {
                let visit = visit.clone();
                let of_call = all.entry(visit.call).or_default();
                of_call.push(At { server, visit });
            }
        }
        Visits(all)
    }

    /// How many calls had which layers around them.
    fn reach(&self, tally: &mut Tally) {
        let calls = self.told.len() as u64;
        let (shape, more) = (self.shape, &self.shape.more);
        let count = |is_there: bool, of: &mut u64| *of += calls * u64::from(is_there);
        count(true, &mut tally.calls);
        count(!self.layers.limiters.is_empty(), &mut tally.with_limits);
        count(shape.has_breaker, &mut tally.with_breakers);
        count(shape.queue.is_some(), &mut tally.with_queue);
        count(more.hedge.is_some(), &mut tally.with_hedge);
        count(more.compare.is_some(), &mut tally.with_compare);
        count(more.spending.is_some(), &mut tally.with_spending);
        count(more.cache.is_some(), &mut tally.with_cache);
        count(more.gauge.is_some(), &mut tally.with_gauge);
    }

    /// By how much the clock jumped in a time.
    fn jumped(&self, from: Instant, to: Instant) -> Duration {
        let within = self
            .jumps
            .iter()
            .filter(|(at, by)| *at <= to && *at + *by >= from);
        within.map(|(_, by)| *by).sum()
    }
    fn name(&self, server: usize) -> &str {
        &self.servers[server].shape.name
    }
}
