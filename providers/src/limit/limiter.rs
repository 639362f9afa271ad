//! The limits of one account at one model, and the line of those who wait for them.
use super::{Amounts, Limit, Reservation, Taken, cell::WINDOW, cells::Cells};
use crate::calling::{
    self, clock,
    layer::{Layer, Layered, input_tokens, output_tokens},
    line::{InLine, Line},
};
use crate::memory::Sheds;
use sigflow_core::{
    Error, ErrorKind, Lm, Phase, Request, Result,
    telemetry::{self, Emitter, Measurement, Meter},
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Notify, Semaphore};

/// The longest that a server's word keeps a limiter closed.
const LONGEST_CLOSED: Duration = Duration::from_mins(1);

/// Keeps calls within a [`Limit`]. A handle: clones share what is left.
///
/// See the [module](super).
#[derive(Clone)]
pub struct Limiter(Arc<Inner>);

struct Inner {
    limit: Limit,
    cells: Cells<4>,
    epoch: Instant,
    /// Nothing goes before then: the server said so.
    closed: AtomicU64,
    /// Who has it is the next to go; tokio gives it in the order in which it was asked for.
    turn: Semaphore,
    waiting: AtomicUsize,
    /// Bytes of their requests.
    waiting_bytes: AtomicUsize,
    /// They, for those who watch.
    line: Line,
    /// Something flowed back: whoever is next looks again.
    freed: Notify,
}

/// What may go now; nothing where no limit is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// Requests.
    pub requests: Option<u64>,
    /// Tokens in and out.
    pub tokens: Option<u64>,
    /// Tokens in.
    pub input_tokens: Option<u64>,
    /// Tokens out.
    pub output_tokens: Option<u64>,
    /// Calls that wait.
    pub waiting: usize,
    /// Bytes of their requests, about.
    pub waiting_bytes: usize,
}

impl Limiter {
    /// A limiter of its own.
    pub fn new(limit: Limit) -> Self {
        let burst = nanoseconds(limit.burst).min(WINDOW);
        Limiter(Arc::new(Inner {
            cells: Cells::new(limit.a_minute, burst),
            limit,
            epoch: calling::now(),
            closed: AtomicU64::new(0),
            turn: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
            waiting_bytes: AtomicUsize::new(0),
            line: Line::new("limit"),
            freed: Notify::new(),
        }))
    }

    /// The model within the limit. [`Retry`](crate::Retry) and [`Router`](crate::Router) belong around it: each
    /// attempt is a request.
    pub fn around(&self, lm: &Lm) -> Lm {
        self.0.line.is_of(lm.name());
        Layered::around(self.clone(), lm)
    }

    /// What may go now.
    pub fn left(&self) -> Left {
        let [requests, tokens, input_tokens, output_tokens] = self.0.cells.left(self.now());
        Left {
            requests,
            tokens,
            input_tokens,
            output_tokens,
            waiting: self.0.waiting.load(Relaxed),
            waiting_bytes: self.0.waiting_bytes.load(Relaxed),
        }
    }

    /// Takes one request with so many tokens, if there is enough now and nobody waits; else how long until there could be.
    ///
    /// # Errors
    /// The time after which it is worth asking again.
    pub fn try_reserve(&self, input: u64, output: u64) -> Result<Reservation, Duration> {
        let now = self.now();
        let amounts = amounts(input, output);
        if self.0.turn.available_permits() == 0 {
            return Err(self.hint(amounts, now));
        }
        self.take(amounts, now)
            .map_err(|at| Duration::from_nanos(at.saturating_sub(now)))
    }

    /// Takes one request with so many tokens, and waits for it if need be.
    ///
    /// # Errors
    /// Of kind [`PoolTimeout`](ErrorKind::PoolTimeout), with the time after which it is worth asking again: not enough
    /// became free in time, or too many wait.
    pub async fn reserve(
        &self,
        input: u64,
        output: u64,
        deadline: Option<Instant>,
    ) -> Result<Reservation> {
        // four bytes of a prompt make a token
        let bytes = || usize::try_from(input.saturating_mul(4)).unwrap_or(usize::MAX);
        let longest = self.0.limit.wait;
        self.reserve_for("limit", bytes, (input, output), longest, deadline)
            .await
    }

    /// The same for a route, under whose name it is told how long it waited; `bytes` is asked if it has to.
    async fn reserve_for(
        &self,
        route: &str,
        bytes: impl FnOnce() -> usize,
        (input, output): (u64, u64),
        longest: Duration,
        deadline: Option<Instant>,
    ) -> Result<Reservation> {
        let inner = &*self.0;
        if let Ok(reservation) = self.try_reserve(input, output) {
            return Ok(reservation);
        }
        let since = calling::now();
        let until = clock::end_of_wait(since, longest, deadline);
        let amounts = amounts(input, output);
        let place = match Place::take(inner, bytes()) {
            Ok(place) => place,
            Err(why) => {
                inner.line.turns_away();
                return Err(self.refused(amounts, None, why));
            }
        };
        let is_in_vain = self.closed_at() > self.at(until);
        if until <= since || !clock::has_timers() || is_in_vain {
            inner.line.turns_away();
            return Err(self.refused(amounts, Some(place), "not enough of it is free"));
        }
        let _waits = Waits::begin(&inner.line, route, since);
        let Some(Ok(_turn)) = clock::by(Some(until), inner.turn.acquire()).await else {
            return Err(self.refused(amounts, Some(place), &waited(since)));
        };
        loop {
            let at = match self.take(amounts, self.now()) {
                Ok(reservation) => return Ok(reservation),
                Err(at) => inner.epoch + Duration::from_nanos(at),
            };
            // what is closed opens at its time, whatever flows back
            if calling::now() >= until || self.closed_at() > self.at(until) {
                return Err(self.refused(amounts, Some(place), &waited(since)));
            }
            let _ = clock::by(Some(at.min(until)), inner.freed.notified()).await;
        }
    }

    /// Nothing goes for so long: the server said so.
    pub(super) fn close(&self, span: Duration) {
        let until = self.at(calling::now() + span.min(LONGEST_CLOSED));
        self.0.closed.fetch_max(until, Relaxed);
    }

    /// What a call used, beside what was reserved for it.
    pub(super) fn settle(&self, taken: &Taken, used: Amounts) {
        let Taken { amounts, stamps } = *taken;
        self.0.cells.settle(amounts, stamps, used, self.now());
        self.0.freed.notify_one();
    }

    /// From all limits at once, or from none.
    fn take(&self, amounts: Amounts, now: u64) -> Result<Reservation, u64> {
        let closed = self.closed_at();
        if closed > now {
            return Err(closed);
        }
        let stamps = self.0.cells.take(amounts, now)?;
        Ok(Reservation::new(self.clone(), Taken { amounts, stamps }))
    }

    /// When it is worth asking again, if those who wait take as much as this one.
    fn hint(&self, amounts: Amounts, now: u64) -> Duration {
        let others = self.0.waiting.load(Relaxed) as u64;
        let free_at = self.0.cells.free_at(amounts, others, now);
        let at = free_at.max(self.closed_at());
        Duration::from_nanos(at.saturating_sub(now))
    }

    #[cold]
    fn refused(&self, amounts: Amounts, place: Option<Place<'_>>, why: &str) -> Error {
        // it is not one of those who wait any more
        drop(place);
        let hint = self.hint(amounts, self.now());
        let message = format!(
            "the rate limit that this program keeps has no room for the call: {why}; ask again in {hint:.1?}, or raise the limit if the server allows more"
        );
        Error::new(ErrorKind::PoolTimeout, message)
            .with_phase(Phase::Pool)
            .with_retry_after(hint)
    }

    fn now(&self) -> u64 {
        self.at(calling::now())
    }
    fn at(&self, instant: Instant) -> u64 {
        nanoseconds(instant.saturating_duration_since(self.0.epoch))
    }
    fn closed_at(&self) -> u64 {
        self.0.closed.load(Relaxed)
    }
}

/// One of those who wait.
struct Place<'a> {
    inner: &'a Inner,
    bytes: usize,
}

impl<'a> Place<'a> {
    /// Or why there is none.
    fn take(inner: &'a Inner, bytes: usize) -> Result<Self, &'static str> {
        let take = |count: &AtomicUsize, more: usize, most: usize| {
            let taken = |now: usize| now.checked_add(more).filter(|now| *now <= most);
            count.fetch_update(Relaxed, Relaxed, taken).is_ok()
        };
        if !take(&inner.waiting, 1, inner.limit.most_waiting) {
            return Err("too many calls wait for it");
        }
        let most = inner.limit.most_waiting_bytes;
        if !take(&inner.waiting_bytes, bytes, most) {
            inner.waiting.fetch_sub(1, Relaxed);
            return Err("the calls that wait for it take as many bytes as they may");
        }
        Ok(Place { inner, bytes })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.inner.waiting.fetch_sub(1, Relaxed);
        self.inner.waiting_bytes.fetch_sub(self.bytes, Relaxed);
    }
}

/// The requests of those who wait. They do not give way: who made them waits for them.
impl Sheds for Limiter {
    fn name(&self) -> &'static str {
        "queue"
    }
    fn bytes(&self) -> usize {
        self.0.waiting_bytes.load(Relaxed)
    }
}

/// A call that waits, for those who watch: when it goes on, or is left, they are told for how long.
struct Waits<'a> {
    _in_line: InLine<'a>,
    told: Option<(Emitter, &'a str)>,
    since: Instant,
}

impl<'a> Waits<'a> {
    fn begin(line: &'a Line, route: &'a str, since: Instant) -> Self {
        Waits {
            _in_line: line.join(),
            told: telemetry::is_on().then(|| (Emitter::current(), route)),
            since,
        }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        if let Some((told, route)) = &self.told {
            let waited = calling::now().saturating_duration_since(self.since);
            let seconds = waited.as_secs_f64();
            told.measure(&Measurement::new(Meter::LimiterWait, route, seconds));
        }
    }
}

fn amounts(input: u64, output: u64) -> Amounts {
    [1, input.saturating_add(output), input, output]
}

fn nanoseconds(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

fn waited(since: Instant) -> String {
    let waited = calling::now().saturating_duration_since(since);
    format!("it waited for {waited:.1?}")
}

impl Layer for Limiter {
    type Pass = Reservation;
    async fn enter(&self, request: &Request, lm: &Lm) -> Result<Reservation> {
        let input = input_tokens(request);
        let output = output_tokens(request, lm, self.0.limit.reply);
        let bytes = || request.bytes();
        let longest = request.handling.wait.unwrap_or(self.0.limit.wait);
        let tokens = (input, output);
        self.reserve_for(lm.name(), bytes, tokens, longest, request.deadline)
            .await
    }
}

#[cfg(feature = "http")]
impl Limiter {
    /// What a reply's headers say.
    pub(super) fn learn(&self, said: &[(super::Unit, super::server::Said)]) {
        let now = self.now();
        for (unit, said) in said {
            let cells = &self.0.cells;
            let is_known = cells.learn(*unit as usize, said.limit, said.remaining, now);
            // of a limit that nobody knows only its end can be believed; and a server that counts in fixed windows gives
            // nothing before the next one, where a bucket gives a little all the time
            if let (Some(0), Some(reset)) = (said.remaining, said.reset)
                && (!is_known || !is_of_a_bucket(reset))
            {
                self.close(reset);
            }
        }
    }
}

/// Whether an empty bucket would be full again after this time: a minute, or nearly.
#[cfg(feature = "http")]
fn is_of_a_bucket(reset: Duration) -> bool {
    const ABOUT: Duration = Duration::from_secs(6);
    reset.abs_diff(Duration::from_nanos(WINDOW)) <= ABOUT
}

/// Reads what each reply says of limits.
#[cfg(feature = "http")]
impl crate::middleware::Middleware for Limiter {
    fn request(
        &self,
        _: &mut crate::middleware::Outbound<'_>,
    ) -> Result<Option<Box<dyn crate::middleware::Watch>>> {
        Ok(Some(Box::new(Reader(self.clone()))))
    }
}

#[cfg(feature = "http")]
struct Reader(Limiter);

#[cfg(feature = "http")]
impl crate::middleware::Watch for Reader {
    fn head(&mut self, head: &crate::middleware::ReplyHead<'_>) {
        let said = super::server::said(&|name| head.header(name), std::time::SystemTime::now());
        self.0.learn(&said);
    }
    fn end(&mut self, _: &crate::middleware::End<'_>) {}
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("limit", &self.0.limit)
            .field("left", &self.left())
            .finish_non_exhaustive()
    }
}
