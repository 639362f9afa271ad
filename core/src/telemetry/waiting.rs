//! How long a call waits for others than us: what is left of its time is ours.
use crate::{Scope, run::timer};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// A call waits for somebody outside of the process for as long as this is held: for a server to answer, for more of a
/// reply to arrive. What is left of the call's time is [`Meter::Overhead`](super::Meter::Overhead).
///
/// The clients of `sigflow-providers` do this by themselves; a model of your own that sends requests does it around what
/// it awaits. Held by several at once (a hedge, a comparison), time counts once. Where nobody watches it does nothing.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, Lm, Response, Scope, telemetry::{Measurement, Meter, Sink, Waiting}};
/// use std::{sync::{Arc, Mutex}, time::Duration};
///
/// #[derive(Default)]
/// struct Ours(Mutex<Vec<f64>>);
/// impl Sink for Ours {
///     fn measured(&self, measurement: &Measurement<'_>) {
///         if measurement.meter == Meter::Overhead {
///             self.0.lock().unwrap().push(measurement.value);
///         }
///     }
/// }
///
/// let lm = Lm::from_fn(|_| async {
///     let waiting = Waiting::begin();
///     tokio::time::sleep(Duration::from_millis(50)).await; // a server
///     drop(waiting);
///     Ok(Response::text("[[ ## answer ## ]]\nParis"))
/// });
/// let ours = Arc::new(Ours::default());
/// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// Scope::current().with_sink(ours.clone()).enter(question.predict().with(&lm)).await?;
/// let ours = ours.0.lock().unwrap();
/// println!("{:.1} ms of it were ours", ours[0] * 1e3);
/// # assert_eq!(ours.len(), 1);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
/// ```
#[must_use = "dropped, it has ended"]
#[derive(Default)]
pub struct Waiting(Option<Arc<Inside>>);

impl Waiting {
    /// Nobody is waited for.
    pub const fn none() -> Self {
        Waiting(None)
    }
    /// The call that runs now begins to wait.
    #[inline]
    pub fn begin() -> Self {
        if Scope::is_watched() {
            Self::of_current()
        } else {
            Waiting(None)
        }
    }
    #[cold]
    fn of_current() -> Self {
        let scope = Scope::current();
        let place = scope.watch().and_then(|watch| watch.place.as_ref());
        let inside = place.map(|place| place.inside.clone());
        if let Some(inside) = &inside {
            inside.waits(true);
        }
        Waiting(inside)
    }
    /// Whether somebody is waited for, and somebody else watches.
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(inside) = &self.0 {
            inside.goes_on();
        }
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Waiting").field(&self.is_on()).finish()
    }
}

/// What happens inside of a span, as far as the span itself wants to know.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    /// HTTP attempts that began.
    pub(crate) attempts: AtomicU32,
    waits: Mutex<Waits>,
}

#[derive(Debug, Default)]
struct Waits {
    /// Who waits now.
    now: u32,
    since: Option<Instant>,
    total: Duration,
    /// Somebody said that he waits for a server: else nobody knows whose the time was.
    knows: bool,
}

impl Inside {
    /// One more that waits: for a server, or for the caller to ask on.
    pub(crate) fn waits(&self, for_a_server: bool) {
        let mut waits = self.lock();
        waits.knows |= for_a_server;
        waits.now += 1;
        if waits.now == 1 {
            waits.since = Some(timer::now());
        }
    }
    /// One less.
    pub(crate) fn goes_on(&self) {
        let mut waits = self.lock();
        waits.now = waits.now.saturating_sub(1);
        if waits.now == 0
            && let Some(since) = waits.since.take()
        {
            waits.total += timer::now().saturating_duration_since(since);
        }
    }
    pub(crate) fn attempt(&self) -> u32 {
        self.attempts.fetch_add(1, Relaxed)
    }
    /// For how long somebody waited, up to now, and whether it was said when a server was waited for.
    pub(crate) fn waited(&self) -> (Duration, bool) {
        let waits = self.lock();
        let since = waits.since.map(|since| timer::now() - since);
        (waits.total + since.unwrap_or_default(), waits.knows)
    }
    /// Each change is whole before the lock is let go.
    fn lock(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "waiting_tests.rs"]
mod tests;
