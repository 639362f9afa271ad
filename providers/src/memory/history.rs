//! Histories and aggregates as buffers.
use super::Sheds;
use crate::telemetry::Telemetry;
use sigflow_core::Lm;

/// The history of a model, as a buffer that gives way: its oldest calls first.
///
/// ```
/// use sigflow_core::testing::Scripted;
/// use sigflow_providers::memory::{HistoryOf, MemoryGauge};
/// use std::sync::Arc;
///
/// let gauge = MemoryGauge::new(64 << 20);
/// let history = Arc::new(HistoryOf::new(&Scripted::new([""]).lm().with_content_history()));
/// gauge.register(&history);
/// assert_eq!(gauge.components()[0].0, "history");
/// ```
#[derive(Debug)]
pub struct HistoryOf(Lm);

impl HistoryOf {
    /// Of this model and its clones.
    pub fn new(lm: &Lm) -> Self {
        HistoryOf(lm.clone())
    }
}

impl Sheds for HistoryOf {
    fn name(&self) -> &'static str {
        "history"
    }
    fn bytes(&self) -> usize {
        self.0.history_bytes()
    }
    fn shed(&self, wanted: usize) -> usize {
        self.0.forget_history(wanted)
    }
}

/// The members that were used longest ago give way.
impl Sheds for Telemetry {
    fn name(&self) -> &'static str {
        "aggregates"
    }
    fn bytes(&self) -> usize {
        Telemetry::bytes(self)
    }
    fn shed(&self, wanted: usize) -> usize {
        self.give_up(wanted)
    }
}
