//! Figures of what happened: aggregates in the process, alerts, and ways out.
//!
//! A [`Telemetry`] is a value: made, [installed in a scope](Telemetry::watch), asked. It is a
//! [`Sink`], so a scope may have several, and none is global. What it keeps is bounded:
//! histograms of a fixed range in slots that are used again, never single numbers, all of it within a limit of bytes.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Ask, DynSignature, testing::Scripted};
//! use sigflow_providers::telemetry::{Series, Telemetry, Window};
//!
//! let telemetry = Telemetry::new();
//! let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
//! let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
//! telemetry.watch(question.predict().with(&lm)).await?;
//!
//! let latency = telemetry.summary(Series::ProviderLatency, &[("endpoint", "chat")], Window::Minute).unwrap();
//! assert_eq!(latency.count, 1);
//! println!("half within {:.3} s, 99 of 100 within {:.3} s", latency.p50, latency.p99);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
//! ```
mod aggregate;
mod alert;
#[cfg(feature = "http")]
pub(crate) mod attempt;
mod collect;
#[cfg(any(feature = "otel", feature = "prometheus"))]
mod conventions;
mod histogram;
pub mod layers;
#[cfg(feature = "otel")]
mod otlp;
mod place;
#[cfg(feature = "prometheus")]
mod prometheus;
mod series;
mod store;
mod ticking;
mod window;

pub use aggregate::{Aggregate, Telemetry, TelemetryBuilder};
pub use alert::{Alert, Rule, Stat};
pub use histogram::Summary;
#[cfg(feature = "otel")]
pub use otlp::{Exporter, ExporterBuilder};
#[cfg(feature = "prometheus")]
pub use prometheus::Served;
pub use series::{Form, Key, Series};
pub use sigflow_core::telemetry::{
    Emitter, Event, EventKind, Live, Measurement, Meter, Origin, Sink, Span, SpanKind, Value,
    Waiting, emit, execute_tool, is_on, measure,
};
pub use ticking::Ticking;
pub use window::Window;
