//! The breakers of routes, as a gate.
use super::{
    BreakerState,
    cell::{Cell, Change, How, Rule, Say},
};
use crate::{
    calling::{self, Admission, Ended, Gate, Ticket, was_sent},
    retry::random::Random,
    telemetry::layers::{Event, Recovery, Sink},
};
use sigflow_core::{
    Error, ErrorKind, Phase,
    telemetry::{Measurement, Meter, measure},
};
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// Transitions that are kept.
const KEPT: usize = 200;
/// When to come back while others find out whether a route is well.
const PROBING: Duration = Duration::from_secs(1);

/// A circuit breaker for each route, by the route's name. A handle: clones share what they know, and may stand in
/// several routers.
///
/// See the [module](super).
#[derive(Clone)]
pub struct Breaker(Arc<Inner>);

struct Inner {
    rule: Rule,
    cells: RwLock<HashMap<String, Arc<Cell>>>,
    transitions: Mutex<VecDeque<Transition>>,
    sink: Option<Arc<dyn Sink>>,
    random: Random,
    epoch: Instant,
}

/// A breaker changed its state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The route.
    pub route: String,
    /// Before.
    pub from: BreakerState,
    /// After.
    pub to: BreakerState,
    /// When.
    pub at: Instant,
}

impl Default for Breaker {
    fn default() -> Self {
        Breaker(Arc::new(Inner {
            rule: Rule {
                window: nanoseconds(Duration::from_mins(1)),
                least_calls: 10,
                share: 0.5,
                in_a_row: 5,
                first: nanoseconds(Duration::from_secs(5)),
                longest: nanoseconds(Duration::from_mins(1)),
                probes: 3,
            },
            cells: RwLock::default(),
            transitions: Mutex::default(),
            sink: None,
            random: Random::new(),
            epoch: calling::now(),
        }))
    }
}

impl Breaker {
    /// With the figures of the [module](super).
    pub fn new() -> Self {
        Self::default()
    }
    /// Changes a breaker that nobody uses yet. One that is shared already is left as it is, and the new one begins anew.
    fn changed(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::try_unwrap(self.0).unwrap_or_else(|shared| Inner {
            rule: shared.rule,
            cells: RwLock::default(),
            transitions: Mutex::default(),
            sink: shared.sink.clone(),
            random: Random::new(),
            epoch: shared.epoch,
        });
        change(&mut inner);
        Breaker(Arc::new(inner))
    }
    /// How many failures in a row open it: 5 unless set.
    #[must_use]
    pub fn in_a_row(self, failures: u32) -> Self {
        self.changed(|inner| inner.rule.in_a_row = failures.max(1))
    }
    /// Which share of failures, from 0 to 1, among how many calls at least, in which time: 0.5, 10, 60 s unless set.
    #[must_use]
    pub fn share(self, share: f64, of_at_least: u32, within: Duration) -> Self {
        self.changed(|inner| {
            inner.rule.share = share.clamp(0.0, 1.0);
            inner.rule.least_calls = of_at_least.max(1);
            inner.rule.window = nanoseconds(within);
        })
    }
    /// How long it stays open the first time, and at most: 5 s and 60 s unless set.
    #[must_use]
    pub fn open_for(self, first: Duration, longest: Duration) -> Self {
        self.changed(|inner| {
            inner.rule.first = nanoseconds(first);
            inner.rule.longest = nanoseconds(longest.max(first));
        })
    }
    /// How many answers of probes close it: 3 unless set.
    #[must_use]
    pub fn probes(self, answers: u32) -> Self {
        self.changed(|inner| inner.rule.probes = answers.max(1))
    }
    /// Who hears that a breaker closed.
    #[must_use]
    pub fn events(self, sink: Arc<dyn Sink>) -> Self {
        self.changed(|inner| inner.sink = Some(sink))
    }
    /// The same times for the same seed, for tests.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.changed(|inner| inner.random = Random::seeded(seed))
    }

    /// For [`Router::gate`](crate::Router::gate) and [`Retry::gate`](crate::Retry::gate).
    pub fn gate(&self) -> Arc<dyn Gate> {
        Arc::new(self.clone())
    }

    /// The state of a route, if it was asked yet.
    pub fn state(&self, route: &str) -> Option<BreakerState> {
        self.0.known(route).map(|cell| cell.state())
    }
    /// All routes that were asked, by name.
    pub fn states(&self) -> Vec<(String, BreakerState)> {
        let cells = self.0.cells.read().unwrap_or_else(PoisonError::into_inner);
        let states = cells
            .iter()
            .map(|(route, cell)| (route.clone(), cell.state()));
        let mut states: Vec<_> = states.collect();
        drop(cells);
        states.sort_by(|one, other| one.0.cmp(&other.0));
        states
    }
    /// How often a route said “too many requests”.
    pub fn limited(&self, route: &str) -> u64 {
        self.0.known(route).map_or(0, |cell| cell.limited())
    }
    /// The last 200 changes, the oldest first.
    pub fn transitions(&self) -> Vec<Transition> {
        let kept = self.0.transitions.lock();
        let kept = kept.unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }
}

impl Inner {
    fn known(&self, route: &str) -> Option<Arc<Cell>> {
        let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
        cells.get(route).cloned()
    }
    fn cell(&self, route: &str) -> Arc<Cell> {
        self.known(route).unwrap_or_else(|| {
            let mut cells = self.cells.write().unwrap_or_else(PoisonError::into_inner);
            let cell = cells.entry(route.to_owned());
            cell.or_insert_with(|| Arc::new(Cell::new(self.rule)))
                .clone()
        })
    }
    fn now(&self) -> u64 {
        nanoseconds(calling::now().saturating_duration_since(self.epoch))
    }
    fn changed(&self, route: &str, change: Option<Change>) {
        let Some((from, to)) = change else { return };
        let mut kept = self
            .transitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Transition {
            route: route.to_owned(),
            from,
            to,
            at: calling::now(),
        });
        drop(kept);
        let state = match to {
            BreakerState::Closed => 0.0,
            BreakerState::HalfOpen => 1.0,
            BreakerState::Open => 2.0,
        };
        measure(&Measurement::new(Meter::BreakerState, route, state));
        if to == BreakerState::Closed {
            let recovery = Recovery::BreakerClosed { route };
            recovery.emit();
            if let Some(sink) = &self.sink {
                sink.event(&Event::Recovery(recovery));
            }
        }
    }
}

impl Gate for Breaker {
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        let inner = &*self.0;
        let now = inner.now();
        let (say, change) = inner.cell(ticket.route).admit(now);
        inner.changed(ticket.route, change);
        match say {
            Say::Go(period) => {
                ticket.keep(period);
                Admission::Go
            }
            Say::Probe(period) => {
                ticket.keep(period);
                Admission::Probe
            }
            Say::No(until) => {
                let until = until.map(|at| Duration::from_nanos(at.saturating_sub(now)));
                Admission::Refused(open(ticket.route, until.unwrap_or(PROBING)))
            }
        }
    }
    fn is_open(&self, _: usize, route: &str) -> bool {
        let cell = self.0.known(route);
        cell.is_none_or(|cell| cell.is_open_to(self.0.now()))
    }
    fn tells_states(&self) -> bool {
        true
    }

    fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
        let inner = &*self.0;
        let cell = inner.cell(ticket.route);
        let change = cell.ended(ticket.kept(), how(ended), inner.now(), inner.random.unit());
        inner.changed(ticket.route, change);
    }
}

/// What the end of an attempt says of its route.
fn how(ended: &Ended<'_>) -> How {
    let error = match ended {
        Ended::Answered { .. } => return How::Well,
        Ended::Left => return How::Left,
        Ended::Failed { error, .. } => error,
    };
    match error.kind() {
        // our own limits, not the server's
        ErrorKind::RateLimited if !was_sent(error) => How::Left,
        ErrorKind::RateLimited => How::Limited,
        ErrorKind::Timeout if matches!(error.phase(), Some(Phase::Deadline | Phase::Pool)) => {
            How::Left
        }
        ErrorKind::PoolTimeout
        | ErrorKind::CircuitOpen
        | ErrorKind::Cancelled
        | ErrorKind::Budget
        | ErrorKind::Configuration
        | ErrorKind::InvalidInput => How::Left,
        ErrorKind::Server
        | ErrorKind::Transport
        | ErrorKind::Timeout
        | ErrorKind::IncompleteStream
        | ErrorKind::UnknownStatus
        | ErrorKind::Decode
        | ErrorKind::Model => How::Failed,
        _ => How::Judged,
    }
}

#[cold]
fn open(route: &str, until: Duration) -> Error {
    let message = format!(
        "the circuit breaker of route `{route}` is open, for the route failed too often; it is tried again in {until:.1?}, or give the router another route"
    );
    Error::new(ErrorKind::CircuitOpen, message).with_retry_after(until)
}

fn nanoseconds(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, of) = (&self.0.rule, Duration::from_nanos);
        f.debug_struct("Breaker")
            .field("in_a_row", &rule.in_a_row)
            .field("share", &rule.share)
            .field("of_at_least", &rule.least_calls)
            .field("within", &of(rule.window))
            .field("open_for", &(of(rule.first), of(rule.longest)))
            .field("probes", &rule.probes)
            .field("routes", &self.states())
            .finish_non_exhaustive()
    }
}
