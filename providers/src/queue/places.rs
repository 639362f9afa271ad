//! Places, and who gets the next one.
use super::{
    Concurrency,
    waiting::{Standing, Waiting},
};
use crate::calling::{
    self, clock,
    layer::{Layer, Layered, Pass},
    line::Line,
    was_sent,
};
use crate::memory::Sheds;
use sigflow_core::{Error, ErrorKind, Lm, Phase, Request, Result, Usage};
use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// What is left of the number of places when it was too much.
const LESS: f64 = 0.9;
/// The share of a new measurement of how long calls take.
const SHARE: f64 = 0.2;
/// When to come back, while no call has ended yet.
const UNKNOWN: Duration = Duration::from_secs(1);

/// Keeps the number of calls under way within what a server bears. A handle: clones are one queue.
///
/// See the [module](super).
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    rule: Concurrency,
    state: Mutex<State>,
    /// Those who wait, for those who watch.
    line: Line,
    /// A place became free and nobody waited for it.
    free: Notify,
}

struct State {
    /// With a fraction: it grows by less than one for each answer.
    places: f64,
    under_way: usize,
    waiting: Waiting,
    standing: Standing,
    /// Who began before then saw the same trouble.
    shrunk: Option<Instant>,
    /// Seconds that a call takes.
    usual: Option<f64>,
    shed: u64,
}

/// What a queue has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// Calls that may be under way at once, now.
    pub places: usize,
    /// Calls that are.
    pub under_way: usize,
    /// Calls that wait.
    pub waiting: usize,
    /// Bytes of their requests, about.
    pub waiting_bytes: usize,
    /// More comes than goes, for so long that the line is [held short](Concurrency::standing).
    pub overloaded: bool,
    /// Calls that were told to come back later, so far.
    pub shed: u64,
}

impl Load {
    /// Places that are free.
    pub const fn free(&self) -> usize {
        self.places.saturating_sub(self.under_way)
    }
}

impl State {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between two numbers of 32 bits
    fn whole_places(&self) -> usize {
        self.places as usize
    }
    fn has_room(&self) -> bool {
        self.under_way < self.whole_places()
    }
    /// How long until a call that comes now gets a place, if calls go on as they did.
    #[allow(clippy::cast_precision_loss)] // of calls
    fn expected(&self) -> Option<Duration> {
        let turns = (self.waiting.len() + 1) as f64 / self.places;
        Duration::try_from_secs_f64(self.usual? * turns).ok()
    }
}

impl Queue {
    /// A queue of its own.
    pub fn new(rule: Concurrency) -> Self {
        let places = f64::from(rule.start.clamp(rule.least, rule.most));
        let line = Line::new("queue");
        if let Some(name) = &rule.name {
            line.is_of(name);
        }
        Queue(Arc::new(Inner {
            rule,
            line,
            state: Mutex::new(State {
                places,
                under_way: 0,
                waiting: Waiting::default(),
                standing: Standing::default(),
                shrunk: None,
                usual: None,
                shed: 0,
            }),
            free: Notify::new(),
        }))
    }

    /// The model behind the queue.
    pub fn around(&self, lm: &Lm) -> Lm {
        self.0.line.is_of(lm.name());
        Layered::around(self.clone(), lm)
    }

    /// What it has to do now.
    pub fn load(&self) -> Load {
        let state = self.state();
        Load {
            places: state.whole_places(),
            under_way: state.under_way,
            waiting: state.waiting.len(),
            waiting_bytes: state.waiting.bytes(),
            overloaded: state.standing.is_overload(),
            shed: state.shed,
        }
    }

    /// Waits until a place is free and nobody waits for it, and says how many are. It takes none: who asks may find
    /// another quicker, and then waits as a call does.
    pub async fn capacity(&self) -> usize {
        let mut freed = pin!(self.0.free.notified());
        loop {
            // before the look, or a place that becomes free between is missed
            freed.as_mut().enable();
            let load = self.load();
            if load.free() > 0 && load.waiting == 0 {
                return load.free();
            }
            freed.as_mut().await;
            freed.set(self.0.free.notified());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // each change leaves the state whole
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place; `bytes` is asked if the call has to wait for it.
    async fn place(
        &self,
        bytes: impl FnOnce() -> usize,
        deadline: Option<Instant>,
        wait: Option<Duration>,
    ) -> Result<Place> {
        let now = calling::now();
        let until = clock::end_of_wait(now, wait.unwrap_or(self.0.rule.wait), deadline);
        let entered = {
            let mut state = self.state();
            if state.has_room() && state.waiting.is_empty() {
                state.under_way += 1;
                state.standing.ends();
                return Ok(Place::new(self));
            }
            let bytes = bytes();
            match self.refusal(&state, bytes, now, until) {
                Some(why) => Err(shed(state, why)),
                None => {
                    let (number, given) = state.waiting.join(bytes, now);
                    Ok((given, Leaves(self, number)))
                }
            }
        };
        // those who watch are told without the lock: they may ask for the load
        let (mut given, _left) = entered.inspect_err(|_| self.0.line.turns_away())?;
        let _in_line = self.0.line.join();
        match clock::by(Some(until), &mut given).await {
            Some(Ok(place)) => Ok(place),
            _ => {
                let mut state = self.state();
                // a short wait that is over says nothing of the line
                if calling::now() >= clock::after(now, self.0.rule.standing_target()) {
                    self.left(&mut state, now);
                }
                Err(shed(state, "it got no place in time"))
            }
        }
    }

    /// Why a call may not wait, if it may not.
    fn refusal(
        &self,
        state: &State,
        bytes: usize,
        now: Instant,
        until: Instant,
    ) -> Option<&'static str> {
        let (rule, waiting) = (&self.0.rule, &state.waiting);
        if waiting.len() >= rule.most_waiting {
            return Some("too many calls wait already");
        }
        if waiting.bytes().saturating_add(bytes) > rule.most_waiting_bytes {
            return Some("the calls that wait already take as many bytes as they may");
        }
        let is_late = |until: Instant| {
            let expected = state.expected();
            expected.map(|expected| clock::after(now, expected) > until)
        };
        if until <= now || !clock::has_timers() || is_late(until) == Some(true) {
            return Some("it would not get a place in time");
        }
        // nobody knows how long calls take, only that all waited for too long
        let target = clock::after(now, rule.standing_target());
        if state.standing.is_overload() && is_late(target).unwrap_or(!waiting.is_empty()) {
            return Some("the line has been too long for too long, and is held short");
        }
        None
    }

    /// A call left the line that had come then.
    fn left(&self, state: &mut State, came: Instant) {
        let (rule, now) = (&self.0.rule, calling::now());
        let waited = now.saturating_duration_since(came);
        let target = rule.standing_target();
        state.standing.left(waited, now, target, rule.wait);
    }

    /// Gives free places to those who wait.
    fn hand_out(&self) {
        loop {
            let mut state = self.state();
            if !state.has_room() {
                return;
            }
            let Some((waiting, came)) = state.waiting.pop() else {
                state.standing.ends();
                drop(state);
                self.0.free.notify_waiters();
                return;
            };
            self.left(&mut state, came);
            state.under_way += 1;
            drop(state);
            // without the lock: a place that nobody takes any more gives itself back
            if let Err(mut place) = waiting.send(Place::new(self)) {
                place.is_given_back = true;
                self.state().under_way -= 1;
            }
        }
    }

    /// A call ended after so long; `much`: whether the server said that it was too much.
    fn ended(&self, began: Instant, much: Option<bool>) {
        let now = calling::now();
        let rule = &self.0.rule;
        let mut state = self.state();
        match much {
            Some(true) if state.shrunk.is_none_or(|at| began >= at) => {
                state.shrunk = Some(now);
                state.places = (state.places * LESS).max(f64::from(rule.least));
            }
            // who uses less than half of the places does not know whether there could be more
            Some(false) if state.under_way * 2 >= state.whole_places() => {
                let grown = state.places + 1.0 / state.places;
                state.places = grown.min(f64::from(rule.most));
            }
            _ => {}
        }
        if much == Some(false) {
            let took = now.saturating_duration_since(began).as_secs_f64();
            state.usual = Some(
                state
                    .usual
                    .map_or(took, |usual| usual + SHARE * (took - usual)),
            );
        }
    }
}

/// Takes a call out of the line that does not wait any more.
struct Leaves<'a>(&'a Queue, u64);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.state().waiting.leave(self.1);
    }
}

#[cold]
fn shed(mut state: MutexGuard<'_, State>, why: &str) -> Error {
    state.shed += 1;
    let hint = state.expected().unwrap_or(UNKNOWN);
    let message = format!(
        "the queue has no place for the call: {why} ({} under way, {} waiting); ask again in {hint:.1?}, or await `Queue::capacity` before making calls",
        state.under_way,
        state.waiting.len(),
    );
    drop(state);
    Error::new(ErrorKind::PoolTimeout, message)
        .with_phase(Phase::Pool)
        .with_retry_after(hint)
}

/// A call's place; free again when it is dropped.
pub(crate) struct Place {
    queue: Queue,
    began: Instant,
    is_given_back: bool,
}

impl Place {
    fn new(queue: &Queue) -> Self {
        Place {
            queue: queue.clone(),
            began: calling::now(),
            is_given_back: false,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_given_back {
            self.queue.state().under_way -= 1;
            self.queue.hand_out();
        }
    }
}

impl Pass for Place {
    fn answered(self, _: Option<Usage>, _: &str) -> Option<f64> {
        self.queue.ended(self.began, Some(false));
        None
    }
    fn unused(self) {
        // the place is free again, and nothing was learnt
        drop(self);
    }
    fn failed(self, error: &Error) {
        let much = match error.kind() {
            // of a gauge of memory or a gate inside: no server said it
            ErrorKind::RateLimited if !was_sent(error) => None,
            ErrorKind::RateLimited => Some(true),
            ErrorKind::Server if matches!(error.status(), Some(503 | 529)) => Some(true),
            ErrorKind::Timeout if !matches!(error.phase(), Some(Phase::Deadline | Phase::Pool)) => {
                Some(true)
            }
            _ => None,
        };
        self.queue.ended(self.began, much);
    }
}

impl Layer for Queue {
    type Pass = Place;
    async fn enter(&self, request: &Request, _: &Lm) -> Result<Place> {
        self.place(|| request.bytes(), request.deadline, request.handling.wait)
            .await
    }
}

/// The requests of those who wait. They do not give way: who made them waits for them.
impl Sheds for Queue {
    fn name(&self) -> &'static str {
        "queue"
    }
    fn bytes(&self) -> usize {
        self.state().waiting.bytes()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("rule", &self.0.rule)
            .field("load", &self.load())
            .finish()
    }
}
