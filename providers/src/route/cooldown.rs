//! Routes that failed are left alone for a while, and tried again by one call at a time.
use crate::{
    calling::{self, Admission, Ended, Gate, Ticket, clock, was_sent},
    retry::random::Random,
};
use sigflow_core::{
    Error, ErrorKind,
    telemetry::{Event, EventKind, Measurement, Meter, emit, measure},
};
use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The first cool-down; each probe that fails doubles it.
const FIRST: Duration = Duration::from_secs(5);
/// The longest cool-down. A route that is well again is found so within this time and that of a probe.
const LONGEST: Duration = Duration::from_secs(20);
/// The longest that a server's own hint keeps its route out.
const LONGEST_HINT: Duration = Duration::from_mins(1);

pub(crate) struct Cooldown {
    routes: Vec<Mutex<State>>,
    pub(crate) random: Random,
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

#[derive(Default)]
struct State {
    /// Nothing while the route is well.
    until: Option<Instant>,
    /// How often it was cooled since it last answered.
    times: u32,
    /// The attempt that finds out whether it is well again, by its number among those.
    probe: Option<u64>,
    /// Attempts that did, so far.
    probes: u64,
}

impl State {
    /// The route is well again. Numbers go on: an attempt of before is no probe of later.
    fn recover(&mut self) {
        *self = State {
            probes: self.probes,
            ..State::default()
        };
    }
}

impl Cooldown {
    pub(crate) fn new(routes: usize) -> Self {
        Cooldown {
            routes: (0..routes).map(|_| Mutex::default()).collect(),
            random: Random::new(),
            first: FIRST,
            longest: LONGEST,
        }
    }

    /// Whether a route is well, or has cooled long enough to be tried.
    pub(crate) fn is_due(&self, index: usize) -> bool {
        let state = self.state(index);
        let over = |until| until <= calling::now() && state.probe.is_none();
        state.until.is_none_or(over)
    }

    fn state(&self, index: usize) -> MutexGuard<'_, State> {
        // each change leaves the state whole
        self.routes[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn cool(&self, state: &mut State, error: &Error) {
        let span = match (error.kind(), error.retry_after()) {
            (ErrorKind::RateLimited, Some(hint)) => hint.min(LONGEST_HINT),
            // these do not pass by themselves
            (ErrorKind::Authentication | ErrorKind::QuotaSpent | ErrorKind::Configuration, _) => {
                self.longest
            }
            _ => {
                let power = 2_u32.checked_pow(state.times).unwrap_or(u32::MAX);
                let span = self.first.saturating_mul(power);
                let span = span.min(self.longest).min(clock::LONGEST);
                // clients that saw the same outage must not come back together
                span.mul_f64(1.0 - self.random.unit() / 5.0)
            }
        };
        state.times = state.times.saturating_add(1);
        state.until = Some(clock::after(calling::now(), span));
    }
}

impl fmt::Debug for Cooldown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cooldown")
            .field("first", &self.first)
            .field("longest", &self.longest)
            .finish_non_exhaustive()
    }
}

/// Whether a failure says something of the route, and not only of the request or of us.
fn is_of_route(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::BadRequest => error.status() == Some(404),
        // our own limits, not the server's
        ErrorKind::RateLimited if !was_sent(error) => false,
        kind => matches!(
            kind,
            ErrorKind::RateLimited
                | ErrorKind::Server
                | ErrorKind::Transport
                | ErrorKind::Timeout
                | ErrorKind::IncompleteStream
                | ErrorKind::UnknownStatus
                | ErrorKind::Decode
                | ErrorKind::QuotaSpent
                | ErrorKind::Authentication
                | ErrorKind::Configuration
                | ErrorKind::Model
        ),
    }
}

/// A route that cools down is an open breaker, one that is probed a half open one. Told without the lock of the route:
/// who hears it may ask the router.
fn says(ticket: &Ticket<'_>, state: f64) {
    if !ticket.is_told {
        measure(&Measurement::new(Meter::BreakerState, ticket.route, state));
    }
}

impl Gate for Cooldown {
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        let mut state = self.state(ticket.index);
        let Some(until) = state.until else {
            return Admission::Go;
        };
        let now = calling::now();
        if !ticket.is_last && (until > now || state.probe.is_some()) {
            return Admission::Later(until.max(now));
        }
        let is_first = state.probe.is_none();
        if is_first {
            state.probes += 1;
            state.probe = Some(state.probes);
            ticket.keep(state.probes);
        }
        drop(state);
        if is_first {
            says(ticket, 1.0);
        }
        Admission::Probe
    }

    fn is_open(&self, index: usize, _: &str) -> bool {
        self.state(index).until.is_none()
    }

    fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
        let mut state = self.state(ticket.index);
        let was_probe = state.probe == Some(ticket.kept());
        let was_well = state.until.is_none();
        if was_probe {
            state.probe = None;
        }
        match ended {
            Ended::Answered { .. } => state.recover(),
            Ended::Failed { error, gives_up } => {
                if was_probe && !is_of_route(error) {
                    // a server that judges requests is well
                    state.recover();
                } else if was_probe || (*gives_up && state.until.is_none() && is_of_route(error)) {
                    // calls that were under way when it was cooled say nothing new
                    self.cool(&mut state, error);
                }
            }
            Ended::Left => {}
        }
        let is_well = state.until.is_none();
        drop(state);
        match (was_well, is_well) {
            (true, true) => {}
            (_, false) => {
                if was_well || was_probe {
                    says(ticket, 2.0);
                }
            }
            (false, true) => {
                says(ticket, 0.0);
                if !ticket.is_told {
                    let well = Event::new(EventKind::ErrorRecovery);
                    emit(|| well.action("breaker_closed").name(ticket.route));
                }
            }
        }
    }
}
