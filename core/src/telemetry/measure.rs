//! Numbers that are no events.

/// What is measured; each has one label ([`label`](Self::label)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Meter {
    /// Bytes of a buffer, now.
    MemoryUsage,
    /// How near memory is to its limit, now: 0 to 3.
    MemoryPressureLevel,
    /// Entries of a cache given up for room or age, more of them; a buffer that a gauge of memory had give way counts once.
    GcEvents,
    /// A queue, a limit, a client or a gauge of memory made a call wait or sent it away, once more.
    BackpressureActivations,
    /// Requests of a route by how they ended, more of them.
    Attempts,
    /// A route's breaker, now: 0 closed, 1 half open, 2 open.
    BreakerState,
    /// Seconds that a call waited for a limit, of calls that had to wait.
    LimiterWait,
    /// Second requests that were sent to be faster, more of them.
    Hedges,
    /// Calls that wait for a queue, a limit or a client, now.
    QueueDepth,
    /// Seconds of a request that were ours: from when it goes to the model until its reply is there, without the time in
    /// which a [server was waited for](super::Waiting), or a stream's caller was not asking. Writing it and reading the
    /// reply are in it, and waits for limits, for places and between retries: those have figures of their own. Prompts
    /// and outputs are made before and after it, within `prediction_duration`. Told only of requests for which a server
    /// was waited for, and of replies out of a cache.
    Overhead,
    /// A batch of spans, or one of them, found no room on its way out.
    SpansDropped,
}

impl Meter {
    /// All of them.
    pub const ALL: &'static [Meter] = &[
        Meter::MemoryUsage,
        Meter::MemoryPressureLevel,
        Meter::GcEvents,
        Meter::BackpressureActivations,
        Meter::Attempts,
        Meter::BreakerState,
        Meter::LimiterWait,
        Meter::Hedges,
        Meter::QueueDepth,
        Meter::Overhead,
        Meter::SpansDropped,
    ];
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Meter::MemoryUsage => "memory_usage",
            Meter::MemoryPressureLevel => "memory_pressure_level",
            Meter::GcEvents => "gc_events",
            Meter::BackpressureActivations => "backpressure_activations",
            Meter::Attempts => "attempts",
            Meter::BreakerState => "breaker_state",
            Meter::LimiterWait => "limiter_wait",
            Meter::Hedges => "hedges",
            Meter::QueueDepth => "queue_depth",
            Meter::Overhead => "overhead",
            Meter::SpansDropped => "spans_dropped",
        }
    }
    /// The name of its label.
    pub const fn label(self) -> &'static str {
        match self {
            Meter::Attempts => "outcome",
            Meter::BreakerState | Meter::Hedges | Meter::LimiterWait => "route",
            Meter::Overhead => "provider",
            _ => "component",
        }
    }
}

/// One number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measurement<'a> {
    /// What is measured.
    pub meter: Meter,
    /// Of what: the value of the meter's label.
    pub of: &'a str,
    /// How much.
    pub value: f64,
}

impl<'a> Measurement<'a> {
    /// A measurement.
    ///
    /// ```
    /// use sigflow_core::telemetry::{Measurement, Meter};
    /// let depth = Measurement::new(Meter::QueueDepth, "queue/gpt-5-mini", 3.0);
    /// assert_eq!((depth.meter.name(), depth.meter.label()), ("queue_depth", "component"));
    /// ```
    pub const fn new(meter: Meter, of: &'a str, value: f64) -> Self {
        Measurement { meter, of, value }
    }
}
