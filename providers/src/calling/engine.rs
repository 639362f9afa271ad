//! What retries and routing share: routes, rules, and what was learnt of them.
use super::{Admission, Ended, Gate, Ticket, clock};
use crate::{
    retry::{RetryBudget, RetryRule, random::Random},
    route::{Route, cooldown::Cooldown, latency::Latency, order::Order},
    telemetry::layers::{Event, Recovery, Sink},
};
use sigflow_core::Lm;
use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};

/// Who holds an [`Engine`]: one allocation for the model and what a call of it needs.
pub(crate) trait Holds: Send + Sync + 'static {
    fn engine(&self) -> &Engine;
}

pub(crate) type Held = Arc<dyn Holds>;

/// Routes, rules, and what was learnt of them.
pub(crate) struct Engine {
    pub(crate) places: Vec<Place>,
    pub(crate) order: Order,
    pub(crate) rule: RetryRule,
    pub(crate) budget: RetryBudget,
    pub(crate) random: Random,
    pub(crate) cooldown: Option<Cooldown>,
    pub(crate) gates: Vec<Arc<dyn Gate>>,
    /// How long a stream may be silent before its first piece while another route is open.
    pub(crate) first_token: Option<Duration>,
    /// How long a whole reply may take while another route is open.
    pub(crate) whole: Option<Duration>,
    /// The longest wait for a retry while another route is open.
    pub(crate) longest_wait: Duration,
    /// With less time than this left no further attempt begins.
    pub(crate) least_left: Duration,
    /// Whether a stream that broke after its first piece begins anew.
    pub(crate) restarts: bool,
    /// Who hears of retries and fallbacks.
    pub(crate) sink: Option<Arc<dyn Sink>>,
}

/// What each gate kept of an attempt, in the order of the gates; nothing is nothing, also behind the last.
pub(crate) type Kept = Vec<u64>;

/// A route with what was learnt of it.
pub(crate) struct Place {
    pub(crate) route: Route,
    pub(crate) latency: Latency,
}

impl Engine {
    pub(crate) fn new(routes: Vec<Route>, order: Order) -> Self {
        let places = routes.into_iter().map(|route| Place {
            route,
            latency: Latency::default(),
        });
        let places: Vec<Place> = places.collect();
        Engine {
            order,
            rule: RetryRule::default(),
            budget: RetryBudget::default(),
            random: Random::new(),
            // one that has nowhere else to go is not turned away
            cooldown: (places.len() > 1).then(|| Cooldown::new(places.len())),
            places,
            gates: Vec::new(),
            first_token: Some(Duration::from_secs(10)),
            whole: Some(Duration::from_mins(1)),
            longest_wait: Duration::from_secs(8),
            least_left: Duration::from_millis(100),
            restarts: true,
            sink: None,
        }
    }

    /// The same waits and the same choices for the same seed.
    pub(crate) fn seed(&mut self, seed: u64) {
        self.random = Random::seeded(seed);
        if let Some(cooldown) = &mut self.cooldown {
            cooldown.random = Random::seeded(!seed);
        }
    }

    pub(crate) fn rule_of(&self, index: usize) -> &RetryRule {
        self.places[index].route.rule.as_ref().unwrap_or(&self.rule)
    }

    fn gates(&self) -> impl Iterator<Item = &dyn Gate> {
        let cooldown = self.cooldown.as_ref().map(|gate| gate as &dyn Gate);
        let others = self.gates.iter().map(|gate| &**gate);
        cooldown.into_iter().chain(others)
    }

    pub(crate) fn recovers(&self, recovery: Recovery<'_>) {
        recovery.emit();
        if let Some(sink) = &self.sink {
            sink.event(&Event::Recovery(recovery));
        }
    }

    /// Whether a route is well, or has cooled long enough to be tried.
    pub(crate) fn is_due(&self, index: usize) -> bool {
        let cooldown = self.cooldown.as_ref();
        cooldown.is_none_or(|cooldown| cooldown.is_due(index))
    }

    /// Whether no gate would speak against a route now.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        let route = &self.places[index].route.name;
        self.gates().all(|gate| gate.is_open(index, route))
    }

    /// Asks all gates. Those that said yes hear of it when a later one says no.
    pub(crate) fn admit(&self, index: usize, retry: u32, is_last: bool) -> (Kept, Admission) {
        let mut all = Kept::new();
        let mut admission = Admission::Go;
        for (asked, gate) in self.gates().enumerate() {
            let kept = Cell::new(0);
            match gate.admit(&self.ticket(index, retry, is_last, &kept)) {
                Admission::Go => {}
                Admission::Probe => admission = Admission::Probe,
                no => {
                    for (asked, gate) in self.gates().enumerate().take(asked) {
                        let kept = kept_by(&all, asked);
                        gate.ended(&self.ticket(index, retry, is_last, &kept), &Ended::Left);
                    }
                    return (all, no);
                }
            }
            // gates that keep nothing cost no allocation
            if kept.get() != 0 {
                all.resize(asked, 0);
                all.push(kept.get());
            }
        }
        (all, admission)
    }

    fn ticket<'a>(
        &'a self,
        index: usize,
        retry: u32,
        is_last: bool,
        kept: &'a Cell<u64>,
    ) -> Ticket<'a> {
        Ticket {
            index,
            route: &self.places[index].route.name,
            retry,
            is_last,
            is_told: self.gates.iter().any(|gate| gate.tells_states()),
            kept,
        }
    }
}

/// What one gate kept of an attempt.
fn kept_by(all: &[u64], gate: usize) -> Cell<u64> {
    Cell::new(all.get(gate).copied().unwrap_or_default())
}

/// An attempt under way. Dropped without an end it was left.
pub(crate) struct Going {
    held: Held,
    kept: Kept,
    pub(crate) index: usize,
    pub(crate) retry: u32,
    is_last: bool,
    pub(crate) is_probe: bool,
    pub(crate) began: Instant,
    pub(crate) waited: Duration,
    /// By then another route is asked: for the first piece of a stream, or for a whole reply.
    pub(crate) patience: Option<Instant>,
    over: bool,
}

impl Going {
    pub(super) fn begin(
        held: &Held,
        kept: Kept,
        index: usize,
        retry: u32,
        is_last: bool,
        is_probe: bool,
    ) -> Self {
        held.engine().places[index].latency.started();
        Going {
            held: held.clone(),
            kept,
            index,
            retry,
            is_last,
            is_probe,
            began: clock::now(),
            waited: Duration::ZERO,
            patience: None,
            over: false,
        }
    }
    pub(crate) fn place(&self) -> &Place {
        &self.held.engine().places[self.index]
    }
    pub(super) fn budget(&self) -> &RetryBudget {
        &self.held.engine().budget
    }
    pub(crate) fn lm(&self) -> &Lm {
        &self.place().route.lm
    }
    pub(crate) fn elapsed(&self) -> Duration {
        clock::now().saturating_duration_since(self.began)
    }
    /// The first piece of a stream came.
    pub(crate) fn first(&self) {
        let after = self.elapsed();
        self.place().latency.first_token(after);
        self.tell(|gate, ticket| gate.began(ticket, after));
    }
    pub(crate) fn end(mut self, ended: &Ended<'_>) {
        self.over = true;
        self.finish(ended);
    }
    fn finish(&self, ended: &Ended<'_>) {
        self.place().latency.ended();
        self.tell(|gate, ticket| gate.ended(ticket, ended));
    }
    fn tell(&self, what: impl Fn(&dyn Gate, &Ticket<'_>)) {
        let engine = self.held.engine();
        for (asked, gate) in engine.gates().enumerate() {
            let kept = kept_by(&self.kept, asked);
            let ticket = engine.ticket(self.index, self.retry, self.is_last, &kept);
            what(gate, &ticket);
        }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        if !self.over {
            self.finish(&Ended::Left);
        }
    }
}
