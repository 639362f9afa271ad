//! What layers do about failures, typed: for who holds a layer. The same is told to sinks of the scope as
//! `sigflow.error.recovery`.
use sigflow_core::{ErrorKind, telemetry};
use std::time::Duration;

/// Something that happened inside of a layer.
///
/// Each has a [name](Self::name), which telemetry goes by.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Something was done about a failure.
    Recovery(Recovery<'a>),
}

/// What was done about a failure: `error.recovery`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Recovery<'a> {
    /// The request is sent again to the same route.
    Retry {
        /// The route.
        route: &'a str,
        /// What the attempt before failed with.
        after: ErrorKind,
        /// Counted from 1.
        retry: u32,
        /// The wait before it.
        wait: Duration,
    },
    /// Another route is asked.
    Fallback {
        /// The route that failed.
        from: &'a str,
        /// The route that is asked now.
        to: &'a str,
        /// What the attempt before failed with.
        after: ErrorKind,
    },
    /// A route was slow, and another is asked beside it.
    Hedge {
        /// The slow route.
        from: &'a str,
        /// The route that is asked beside it.
        to: &'a str,
        /// How long the first had been silent.
        silent: Duration,
    },
    /// A circuit breaker closed: its route is well again.
    BreakerClosed {
        /// The route.
        route: &'a str,
    },
}

impl Event<'_> {
    /// Its name: `error.recovery`.
    pub const fn name(&self) -> &'static str {
        match self {
            Event::Recovery(_) => "error.recovery",
        }
    }
}

impl Recovery<'_> {
    /// Tells those who watch the scope.
    pub(crate) fn emit(&self) {
        telemetry::emit(|| {
            let event = telemetry::Event::new(telemetry::EventKind::ErrorRecovery);
            let event = event.action(self.action());
            match *self {
                Recovery::Retry { route, after, .. } => event.name(route).error(after),
                Recovery::Fallback { to, after, .. } => event.name(to).error(after),
                Recovery::Hedge { to, .. } => event.name(to),
                Recovery::BreakerClosed { route } => event.name(route),
            }
        });
    }
    /// What was done, in one word: `retry`, `fallback`, `hedge`, `breaker_closed`.
    pub const fn action(&self) -> &'static str {
        match self {
            Recovery::Retry { .. } => "retry",
            Recovery::Fallback { .. } => "fallback",
            Recovery::Hedge { .. } => "hedge",
            Recovery::BreakerClosed { .. } => "breaker_closed",
        }
    }
}

/// Hears of events. It is called on the way of calls: it must be quick and must not block.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Error, ErrorKind, testing::Scripted};
/// use sigflow_providers::{retry::Retry, telemetry::layers::{Event, Recovery, Sink}};
/// use std::sync::{Arc, Mutex};
///
/// #[derive(Default)]
/// struct Actions(Mutex<Vec<&'static str>>);
/// impl Sink for Actions {
///     fn event(&self, event: &Event<'_>) {
///         if let Event::Recovery(recovery) = event {
///             self.0.lock().unwrap().push(recovery.action());
///         }
///     }
/// }
///
/// let actions = Arc::new(Actions::default());
/// let script = Scripted::new([""; 0]).then_error(|| Error::new(ErrorKind::Server, "busy")).then("Paris");
/// let lm = Retry::new(script.lm()).base(std::time::Duration::ZERO).events(actions.clone()).lm();
/// # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
/// lm.complete(request).await?;
/// assert_eq!(*actions.0.lock().unwrap(), ["retry"]);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
/// ```
pub trait Sink: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &Event<'_>);
}
