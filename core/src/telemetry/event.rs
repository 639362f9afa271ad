//! What happened, as one flat record with typed fields.
use super::Value;
use crate::{ErrorKind, Usage};
use std::time::Duration;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// What an [`Event`] says. The names begin with `sigflow.`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum EventKind { $($(#[$doc])* $kind,)* }

        impl EventKind {
            /// All of them.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$kind),*];
            /// Its name, as `tracing` and exporters have it.
            pub const fn name(self) -> &'static str {
                match self { $(EventKind::$kind => concat!("sigflow.", $name),)* }
            }
        }

        #[cfg(feature = "tracing")]
        macro_rules! each_kind {
            ($event:expr, $write:ident) => {
                match $event.kind { $(EventKind::$kind => $write!($event, concat!("sigflow.", $name)),)* }
            };
        }
        #[cfg(feature = "tracing")]
        pub(super) use each_kind;
    };
}

kinds! {
    /// A signature was made at run time, or taken from a cache.
    SignatureCompilation = "signature.compilation",
    /// Inputs or outputs were held against their signature.
    SignatureValidation = "signature.validation",
    /// A call of a predictor ended.
    PredictionExecution = "prediction.execution",
    /// A call that reasons before it answers ended; beside the event of its execution.
    PredictionChainOfThought = "prediction.chain_of_thought",
    /// A request goes to a model.
    ProviderRequest = "provider.request",
    /// A model answered, or failed to.
    ProviderResponse = "provider.response",
    /// A program inside of another ended.
    ModuleExecution = "module.execution",
    /// A program ended.
    ProgramExecution = "program.execution",
    /// A cache had the answer.
    CacheHit = "cache.hit",
    /// A cache did not have the answer.
    CacheMiss = "cache.miss",
    /// Memory passed one of its marks, up or down.
    MemoryPressure = "memory.pressure",
    /// An optimizer tried a candidate.
    OptimizationIteration = "optimization.iteration",
    /// A metric has a value.
    EvaluationMetric = "evaluation.metric",
    /// Processes agreed on something.
    DistributedCoordination = "distributed.coordination",
    /// What had failed goes on: by a retry, another route, a hedge, a breaker that closed.
    ErrorRecovery = "error.recovery",
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident: $type:ty => $view:expr,)*) => {
        /// What happened. A flat record: what a kind has no use for is `None`.
        ///
        /// ```
        /// use sigflow_core::telemetry::{Event, EventKind};
        ///
        /// let hit = Event::new(EventKind::CacheHit).component("responses").model("gpt-5-mini");
        /// assert_eq!((hit.kind.name(), hit.component), ("sigflow.cache.hit", Some("responses")));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct Event<'a> {
            /// What it says.
            pub kind: EventKind,
            $($(#[$doc])* pub $field: Option<$type>,)*
        }

        impl<'a> Event<'a> {
            /// An event that says no more than its kind.
            pub const fn new(kind: EventKind) -> Self {
                Event { kind, $($field: None,)* }
            }
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<Option<$type>>) -> Self {
                    self.$field = $field.into();
                    self
                }
            )*
            /// Name and value of each field that is set.
            pub fn each(&self, see: &mut dyn FnMut(&'static str, Value<'a>)) {
                $(
                    if let Some(value) = self.$field {
                        let view: fn($type) -> Value<'a> = $view;
                        see(stringify!($field), view(value));
                    }
                )*
            }
        }
    };
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}
fn count<'a>(count: u64) -> Value<'a> {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fields! {
    /// The signature.
    signature: &'a str => text,
    /// The program, module, metric, or whatever else has a name.
    name: &'a str => text,
    /// Where it is in its program.
    path: &'a str => text,
    /// Who answers: `openai`, `anthropic`, ….
    provider: &'a str => text,
    /// The model.
    model: &'a str => text,
    /// What the provider was asked for: `chat`, `embeddings`.
    endpoint: &'a str => text,
    /// The part of the process: `responses` of a cache, `inputs` of a validation, `history`, ….
    component: &'a str => text,
    /// What was done: `retry`, `fallback`, `hedge`, `breaker`, `shed`, ….
    action: &'a str => text,
    /// The optimizer.
    optimizer: &'a str => text,
    /// Whether it went well.
    succeeded: bool => Value::Bool,
    /// How it failed.
    error: ErrorKind => |kind| text(kind.as_str()),
    /// Whether it came out of a cache.
    cached: bool => Value::Bool,
    /// How long it took.
    duration: Duration => |time| Value::Float(time.as_secs_f64()),
    /// How long until the first piece of a reply.
    first_chunk: Duration => |time| Value::Float(time.as_secs_f64()),
    /// Tokens.
    usage: Usage => |usage| count(usage.total_tokens()),
    /// Money, in US dollars; unknown is not zero.
    cost: f64 => Value::Float,
    /// A score.
    score: f64 => Value::Float,
    /// How sure the answer is, by its own word, 0 to 1: an output of the type `ConfidenceScore`, else one that is
    /// called `confidence`.
    confidence: f64 => Value::Float,
    /// How often it was asked, with this time.
    attempts: u64 => count,
    /// How many of those were refused for their rate.
    rate_limited: u64 => count,
    /// Which turn.
    iteration: u64 => count,
    /// How high: of memory, 0 to 3.
    level: u64 => count,
    /// Bytes in use.
    bytes: u64 => count,
    /// Bytes allowed.
    limit: u64 => count,
    /// The signature's fingerprint.
    hash: u64 => |hash| Value::Text(format!("{hash:016x}").into()),
    /// How much there is to a signature: its fields.
    complexity: u64 => count,
}
