//! Export by OTLP over HTTP, in protobuf: spans as they end, aggregates every 300 seconds.
//!
//! Written by hand: `opentelemetry-otlp`, `opentelemetry_sdk` and `tracing-opentelemetry` (0.33 and 0.34) are 19 more
//! crates for what are two messages (`proto`) and a queue. Who has them in the program anyway gets the same spans there, by the
//! feature `tracing`.
mod environment;
mod exporter;
mod messages;
mod openinference;
mod proto;
mod queue;

#[cfg(test)]
mod tests;

pub use exporter::{Exporter, ExporterBuilder};
