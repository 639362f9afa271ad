//! What a run tells those who watch it: events, spans, measurements.
//!
//! A [`Sink`] is installed in a [`Scope`](crate::Scope::with_sink) and travels with it; there is no global one. Where
//! none is installed, nothing is made and nothing is allocated: each place that could tell something looks at one
//! thread-local truth value. With the feature `tracing` the same spans and events also go to the `tracing` subscriber
//! of the program, if it has one (target `sigflow`).
//!
//! Spans follow OpenTelemetry's semantic conventions for generative AI, v1.41.1: a program (`invoke_workflow`) has
//! predictions inside, a prediction its requests (`chat {model}`, kind client), and a request the HTTP attempts that
//! were made for it. [`execute_tool`] puts a tool of the program's own among them. Prompts and replies stand in spans
//! only where [`Scope::with_content`](crate::Scope::with_content) asks for them. A tag `gen_ai.conversation.id` of the
//! scope stands in all of them as the attribute of that name.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Ask, DynSignature, Scope, telemetry::{Event, Sink}, testing::Scripted};
//! use std::sync::{Arc, Mutex};
//!
//! #[derive(Default)]
//! struct Names(Mutex<Vec<&'static str>>);
//! impl Sink for Names {
//!     fn event(&self, event: &Event<'_>) {
//!         self.0.lock().unwrap().push(event.kind.name());
//!     }
//! }
//!
//! let names = Arc::new(Names::default());
//! let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
//! let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
//! Scope::current().with_lm(&lm).with_sink(names.clone()).run("geography", question.predict()).await?;
//! assert_eq!(*names.0.lock().unwrap(), [
//!     "sigflow.signature.validation", "sigflow.provider.request", "sigflow.provider.response",
//!     "sigflow.signature.validation", "sigflow.prediction.execution", "sigflow.program.execution",
//! ]);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
//! ```
#[cfg(feature = "tracing")]
mod bridge;
mod chat;
mod compilation;
mod content;
mod event;
mod live;
mod measure;
mod origin;
mod prediction;
mod sink;
mod span;
mod tool;
mod waiting;

#[cfg(test)]
mod tests;

pub(crate) use chat::{ObservedReply, ObservedStream};
pub(crate) use compilation::{begins, compiled};
pub use event::{Event, EventKind};
pub use live::Live;
pub use measure::{Measurement, Meter};
pub use origin::Origin;
pub(crate) use prediction::{Prediction, validated};
pub use sink::{Emitter, Sink, emit, is_on, measure};
pub(crate) use sink::{Place, Watch, conversation, subscribed};
pub use span::{Span, SpanKind, Value};
pub use tool::execute_tool;
pub(crate) use waiting::Inside;
pub use waiting::Waiting;
