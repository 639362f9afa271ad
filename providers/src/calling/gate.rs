//! What may speak about attempts: the seam for cool-downs, breakers, limits, logs.
use sigflow_core::Error;
use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// Is asked before each attempt whether a route may be used, and told how it ended.
///
/// The loop that picks a route, waits, asks and judges stands in one place; what else has a say is a gate: the
/// cool-down of failing routes is one, a circuit breaker, a rate limit or a log can be others
/// ([`Router::gate`](crate::route::Router::gate), [`Retry::gate`](crate::retry::Retry::gate)). Gates are asked in
/// order; each whose [`admit`](Self::admit) said yes hears exactly one [`ended`](Self::ended) with the same
/// [`Ticket`], also when a later gate said no or the caller went away. Both are called on the way of every
/// request: they must be quick and must not block.
///
/// ```
/// use sigflow_core::{Error, ErrorKind, Lm, testing::Scripted};
/// use sigflow_providers::{retry::Retry, route::{Ended, Gate, Ticket}};
/// use std::sync::{Arc, Mutex};
///
/// #[derive(Default)]
/// struct Log(Mutex<Vec<String>>);
/// impl Gate for Log {
///     fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
///         let how = match ended {
///             Ended::Answered { .. } => "answered".to_owned(),
///             Ended::Failed { error, .. } => error.to_string(),
///             _ => "left".to_owned(),
///         };
///         self.0.lock().unwrap().push(format!("{}: {how}", ticket.route));
///     }
/// }
///
/// # async fn run() -> sigflow_core::Result<()> {
/// let log = Arc::new(Log::default());
/// let script = Scripted::new([""; 0]).then_error(|| Error::new(ErrorKind::Server, "busy")).then("Paris");
/// let lm = Retry::new(script.lm()).base(std::time::Duration::ZERO).gate(log.clone()).lm();
/// # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
/// lm.complete(request).await?;
/// assert_eq!(*log.0.lock().unwrap(), ["scripted: busy", "scripted: answered"]);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
/// ```
pub trait Gate: Send + Sync + 'static {
    /// Whether the route may be used now. By default it may.
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        let _ = ticket;
        Admission::Go
    }
    /// Whether the route could be used now, by its number and name: a look that changes nothing. A slow route is left
    /// earlier while another is open.
    fn is_open(&self, index: usize, route: &str) -> bool {
        let _ = (index, route);
        true
    }
    /// Whether it says itself how routes are (`breaker_state`, and that one is well again): a circuit breaker. A router's
    /// cool-down is silent beside it, for a route has one state.
    fn tells_states(&self) -> bool {
        false
    }
    /// The first sign of a reply came, so long after the request. Of whole replies there is none.
    fn began(&self, ticket: &Ticket<'_>, after: Duration) {
        let _ = (ticket, after);
    }
    /// The attempt ended.
    fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
        let _ = (ticket, ended);
    }
}

/// One attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Ticket<'a> {
    /// The route's number, in the order in which the routes were given.
    pub index: usize,
    /// The route's name.
    pub route: &'a str,
    /// 0 for the first attempt of a call on this route.
    pub retry: u32,
    /// No other route is left for the call.
    pub is_last: bool,
    /// Another gate says how routes are.
    pub(crate) is_told: bool,
    pub(super) kept: &'a Cell<u64>,
}

impl Ticket<'_> {
    /// Writes a number down for the gate that was asked, in [`Gate::admit`]; later it changes nothing. The gate finds it
    /// again when it is told of the same attempt: so it can know an attempt, whatever routers it stands in.
    ///
    /// ```
    /// use sigflow_providers::route::{Admission, Ended, Gate, Ticket};
    /// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    ///
    /// #[derive(Default)]
    /// struct Numbered(AtomicU64);
    /// impl Gate for Numbered {
    ///     fn admit(&self, ticket: &Ticket<'_>) -> Admission {
    ///         ticket.keep(1 + self.0.fetch_add(1, Relaxed));
    ///         Admission::Go
    ///     }
    ///     fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
    ///         println!("attempt {} of {}: {ended:?}", ticket.kept(), ticket.route);
    ///     }
    /// }
    /// ```
    pub fn keep(&self, number: u64) {
        self.kept.set(number);
    }
    /// What the gate that is asked [kept](Self::keep) of this attempt; 0 if nothing.
    pub fn kept(&self) -> u64 {
        self.kept.get()
    }
}

/// Whether a route may be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum Admission {
    /// It may.
    Go,
    /// It may, to see whether it is well again: a failure is not retried there.
    Probe,
    /// Not before then. Another route is asked, or the call waits.
    Later(Instant),
    /// It may not: another route is asked, or this is the call's error. Nothing is sent.
    Refused(Error),
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Ended<'a> {
    /// With a reply.
    Answered {
        /// From sending to the end.
        duration: Duration,
    },
    /// With an error.
    Failed {
        /// The error.
        error: &'a Error,
        /// The call leaves the route: it is not retried there.
        gives_up: bool,
    },
    /// Nobody waited for its end: the caller went away, its deadline came, or another gate said no.
    Left,
}
