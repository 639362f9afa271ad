//! Runs: what travels with one, what holds it in bounds, and what is left of it afterwards.
//!
//! [`Scope`](crate::Scope) is the ambient value; here is what it carries: [`Budget`], [`Cancel`], [`Forced`] settings
//! and a [`Recorder`]. [`Run`] is the future that gives a run its name and [`RunId`] and ends it at its deadline.
//! What is written down is a [`Trace`]: plain data, which can be replayed.
mod budget;
mod cancel;
mod driven;
mod ended;
mod failed;
mod forced;
mod gantt;
mod id;
mod log;
mod node;
mod recorder;
mod replay;
pub(crate) mod timer;
mod trace;
mod trace_json;

#[cfg(test)]
mod tests;

pub(crate) use budget::Counts;
pub use budget::{Budget, Spent};
pub(crate) use cancel::called_off;
pub use cancel::{Cancel, Cancelled};
pub use driven::Run;
pub(crate) use driven::Setup;
pub(crate) use ended::{ForeignBody, ForeignRun};
pub(crate) use failed::Failed;
pub use forced::Forced;
pub use gantt::Gantt;
pub use id::RunId;
pub(crate) use id::chance;
pub use log::RunEntry;
pub(crate) use log::RunLog;
pub(crate) use node::{ByResult, ByValue, ByVariant, Node};
pub use recorder::Recorder;
pub(crate) use recorder::{Open, Tracing};
pub use trace::{CallTrace, Exchange, Outcome, Span, SpanKind, Trace};
