//! What is aggregated: series, and the labels that tell their members apart.
use std::fmt;

macro_rules! series {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $form:ident, [$($label:literal),*];)*) => {
        /// A series of numbers. Its members are told apart by [labels](Self::labels).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Series { $($(#[$doc])* $name,)* }

        impl Series {
            /// All of them.
            pub const ALL: &'static [Series] = &[$(Series::$name),*];
            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Series::$name => $text,)* }
            }
            /// The names of its labels.
            pub const fn labels(self) -> &'static [&'static str] {
                match self { $(Series::$name => &[$($label),*],)* }
            }
            /// What its numbers mean.
            pub const fn form(self) -> Form {
                match self { $(Series::$name => Form::$form,)* }
            }
        }
    };
}

/// What the numbers of a series mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Seconds.
    Seconds,
    /// Tokens.
    Tokens,
    /// Any other amount of which each is one observation.
    Amount,
    /// Each adds to a sum.
    Counter,
    /// The last one holds.
    Gauge,
}

series! {
    /// Seconds of calls of predictors.
    PredictionDuration = "prediction_duration", Seconds, ["signature", "provider", "success"];
    /// Tokens of requests.
    TokenUsage = "token_usage", Tokens, ["type", "provider", "model", "endpoint"];
    /// US dollars of requests whose price is known.
    ExecutionCost = "execution_cost", Amount, ["provider", "model"];
    /// How sure answers say they are.
    ConfidenceScore = "confidence_score", Amount, ["signature", "provider"];
    /// Calls of predictors.
    PredictionExecutions = "prediction_executions", Counter, ["signature", "provider"];
    /// Seconds of requests to models; those that went well have no `error_type`.
    ProviderLatency = "provider_latency", Seconds, ["provider", "endpoint", "model", "error_type"];
    /// Seconds to the first piece of streamed replies.
    ProviderFirstChunk = "provider_first_chunk", Seconds, ["provider", "model", "endpoint"];
    /// Requests that were answered.
    ProviderRequestsSuccess = "provider_requests_success", Counter, ["provider"];
    /// Requests that failed.
    ProviderRequestsError = "provider_requests_error", Counter, ["provider", "error_type"];
    /// Requests that took too long.
    ProviderRequestsTimeout = "provider_requests_timeout", Counter, ["provider"];
    /// Attempts that were refused for their rate.
    ProviderRateLimited = "provider_rate_limited", Counter, ["provider"];
    /// Seconds to make a signature at run time.
    SignatureCompilationDuration = "signature_compilation_duration", Seconds, ["signature_hash", "cache_hit"];
    /// Signatures that a cache had.
    SignatureCacheHits = "signature_cache_hits", Counter, [];
    /// Signatures that were made.
    SignatureCacheMisses = "signature_cache_misses", Counter, [];
    /// Fields of signatures made at run time.
    SignatureComplexity = "signature_complexity", Amount, ["signature"];
    /// Bytes of buffers.
    MemoryUsage = "memory_usage", Gauge, ["component"];
    /// How near memory is to its limit: 0 to 3.
    MemoryPressureLevel = "memory_pressure_level", Gauge, [];
    /// Entries given up for room.
    GcEvents = "gc_events", Counter, ["component"];
    /// Queues that made callers wait or sent them away.
    BackpressureActivations = "backpressure_activations", Counter, ["component"];
    /// Scores of candidates.
    OptimizationScore = "optimization_score", Amount, ["optimizer", "signature", "iteration"];
    /// Seconds of an optimizer's turns.
    OptimizationDuration = "optimization_duration", Seconds, ["optimizer", "signature", "iteration"];
    /// The score that an optimizer ended with.
    OptimizationConvergence = "optimization_convergence", Amount, ["optimizer", "iterations"];
    /// Attempts by how they ended.
    Attempts = "attempts", Counter, ["outcome"];
    /// Breakers: 0 closed, 1 half open, 2 open.
    BreakerState = "breaker_state", Gauge, ["route"];
    /// Seconds that calls waited for a limit.
    LimiterWait = "limiter_wait", Seconds, ["route"];
    /// Second requests sent to be faster.
    Hedges = "hedges", Counter, ["route"];
    /// Answers out of a cache.
    CacheHits = "cache_hits", Counter, ["component"];
    /// Answers that a cache did not have.
    CacheMisses = "cache_misses", Counter, ["component"];
    /// Calls that wait.
    QueueDepth = "queue_depth", Gauge, ["component"];
    /// Seconds of calls that were ours.
    Overhead = "overhead", Seconds, ["provider"];
    /// Programs that ended, by how.
    ProgramDuration = "program_duration", Seconds, ["name", "success"];
    /// Failures that were made good.
    Recoveries = "recoveries", Counter, ["action"];
    /// Metrics of evaluations.
    EvaluationMetric = "evaluation_metric", Amount, ["name"];
    /// Spans that found no room on their way out.
    SpansDropped = "spans_dropped", Counter, ["component"];
    /// Events of each kind.
    Events = "events", Counter, ["event"];
}

/// A series and the values of its labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Key {
    /// The series.
    pub series: Series,
    /// The values of its labels, in their order.
    pub values: Box<[Box<str>]>,
}

impl Key {
    pub(super) fn new(series: Series, values: &[&str]) -> Self {
        Key {
            series,
            values: values.iter().map(|value| Box::from(*value)).collect(),
        }
    }
    /// Name and value of each label.
    pub fn labels(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let names = self.series.labels().iter().copied();
        names.zip(self.values.iter().map(|value| &**value))
    }
    pub(super) fn is(&self, series: Series, values: &[&str]) -> bool {
        self.series == series
            && self
                .values
                .iter()
                .map(|value| &**value)
                .eq(values.iter().copied())
    }
    /// Whether it has these labels, among others.
    pub(super) fn has(&self, labels: &[(String, String)]) -> bool {
        labels
            .iter()
            .all(|(name, value)| self.labels().any(|label| label == (name, value)))
    }
    pub(super) fn bytes(&self) -> usize {
        let text = |value: &str| value.len() + size_of::<Box<str>>();
        size_of::<Self>() + self.values.iter().map(|value| text(value)).sum::<usize>()
    }
}

/// `name{label="value"}`, without labels that say nothing.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.series.name())?;
        let mut between = "{";
        for (name, value) in self.labels().filter(|(_, value)| !value.is_empty()) {
            write!(f, "{between}{name}={value:?}")?;
            between = ",";
        }
        f.write_str(if between == "," { "}" } else { "" })
    }
}
