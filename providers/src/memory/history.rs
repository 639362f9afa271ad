//! Histories and aggregates as buffers.
use super::Sheds;
use crate::telemetry::Telemetry;
use sigflow_core::{CallHistory, Lm};

/// The history of a model or a predictor, as a buffer that gives way: its oldest calls first.
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
pub struct HistoryOf(Of);

#[derive(Debug)]
enum Of {
    Model(Lm),
    Calls(CallHistory),
}

impl HistoryOf {
    /// Of this model and its clones.
    pub fn new(lm: &Lm) -> Self {
        HistoryOf(Of::Model(lm.clone()))
    }
    /// Of a predictor: what [`Predictor::calls`](sigflow_core::Predictor::calls) gives.
    ///
    /// ```
    /// use sigflow_core::{DynPredict, DynSignature, Predictor};
    /// use sigflow_providers::memory::{HistoryOf, MemoryGauge};
    /// use std::sync::Arc;
    ///
    /// let ask = DynPredict::new(DynSignature::parse("question -> answer")?).with_content_history();
    /// let history = Arc::new(HistoryOf::calls(&ask.calls().expect("it keeps them")));
    /// MemoryGauge::new(64 << 20).register(&history);
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn calls(calls: &CallHistory) -> Self {
        HistoryOf(Of::Calls(calls.clone()))
    }
}

impl Sheds for HistoryOf {
    fn name(&self) -> &'static str {
        "history"
    }
    fn bytes(&self) -> usize {
        match &self.0 {
            Of::Model(lm) => lm.history_bytes(),
            Of::Calls(calls) => calls.bytes(),
        }
    }
    fn shed(&self, wanted: usize) -> usize {
        match &self.0 {
            Of::Model(lm) => lm.forget_history(wanted),
            Of::Calls(calls) => calls.forget(wanted),
        }
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
