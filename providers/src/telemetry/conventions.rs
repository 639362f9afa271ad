//! How series are called outside of the process: as OpenTelemetry's conventions for generative AI, v1.41.1, have it where
//! the metric is theirs, else by our names.
use super::{Form, Key, Series, store::Total};
use std::borrow::Cow;

impl Series {
    /// Name and unit of its metric, as OTLP has them.
    pub(super) fn metric(self) -> (Cow<'static, str>, &'static str) {
        match self {
            Series::ProviderLatency => ("gen_ai.client.operation.duration".into(), "s"),
            Series::ProviderFirstChunk => {
                ("gen_ai.client.operation.time_to_first_chunk".into(), "s")
            }
            Series::TokenUsage => ("gen_ai.client.token.usage".into(), "{token}"),
            Series::ExecutionCost => ("sigflow.cost".into(), "USD"),
            other => {
                let unit = match (other, other.form()) {
                    (Series::MemoryUsage, _) => "By",
                    (_, Form::Seconds) => "s",
                    _ => "1",
                };
                (format!("sigflow.{}", other.name()).into(), unit)
            }
        }
    }

    /// Whether its numbers add up to a sum that only grows.
    pub(super) fn is_sum(self) -> bool {
        self == Series::ExecutionCost || self.form() == Form::Counter
    }

    /// The attribute that a label is.
    fn attribute(self, label: &'static str) -> &'static str {
        let theirs = [
            Series::ProviderLatency,
            Series::ProviderFirstChunk,
            Series::TokenUsage,
        ];
        match label {
            _ if !theirs.contains(&self) => label,
            "provider" => "gen_ai.provider.name",
            "endpoint" => "gen_ai.operation.name",
            "model" => "gen_ai.request.model",
            "type" => "gen_ai.token.type",
            "error_type" => "error.type",
            _ => label,
        }
    }
}

impl Key {
    /// Its attributes. A label that says nothing is none: a request that went well has no `error.type`.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let said = self.labels().filter(|(_, value)| !value.is_empty());
        said.map(|(label, value)| {
            let value = match (self.series, value) {
                (Series::TokenUsage, "prompt") => "input",
                (Series::TokenUsage, "completion") => "output",
                (_, value) => value,
            };
            (self.series.attribute(label), value)
        })
    }

    /// Whether it is the sum of other members, which who adds them up would count twice.
    fn is_total(&self) -> bool {
        self.series == Series::TokenUsage && self.values.first().is_some_and(|of| &**of == "total")
    }
}

/// The members of each series that go out.
pub(super) fn exported(mut totals: Vec<(Key, Total)>, mut see: impl FnMut(&[(Key, Total)])) {
    totals.retain(|(key, _)| !key.is_total());
    for members in totals.chunk_by(|(one, _), (other, _)| one.series == other.series) {
        see(members);
    }
}
