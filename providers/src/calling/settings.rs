//! The settings that a retry and a router have in common, written once.

/// Settings and `lm` of a model around a field `engine`.
macro_rules! engine_settings {
    () => {
        /// The budget of retries, shared with other clients. Another route's attempt is no retry: it takes nothing.
        #[must_use]
        pub fn budget(mut self, budget: &$crate::retry::RetryBudget) -> Self {
            self.engine.budget = budget.clone();
            self
        }
        /// With less than this left until the deadline no further attempt begins; 100 ms unless set. What a model
        /// usually takes counts too, once it is known.
        #[must_use]
        pub fn least_left(mut self, least: std::time::Duration) -> Self {
            self.engine.least_left = least;
            self
        }
        /// Whether a stream that broke after its first piece begins anew, behind
        /// [`Chunk::Restart`](sigflow_core::Chunk); it does unless told otherwise. If not, it ends with the error,
        /// for readers who cannot take back what they have shown.
        #[must_use]
        pub fn restart(mut self, restart: bool) -> Self {
            self.engine.restarts = restart;
            self
        }
        /// Who hears of retries and fallbacks.
        #[must_use]
        pub fn events(mut self, sink: std::sync::Arc<dyn $crate::telemetry::layers::Sink>) -> Self {
            self.engine.sink = Some(sink);
            self
        }
        /// Another that has a say in each attempt.
        #[must_use]
        pub fn gate(mut self, gate: std::sync::Arc<dyn $crate::calling::Gate>) -> Self {
            self.engine.gates.push(gate);
            self
        }
        /// The same waits and the same choices for the same seed, for tests.
        #[must_use]
        pub fn seed(mut self, seed: u64) -> Self {
            self.engine.seed(seed);
            self
        }
        /// The model to ask.
        pub fn lm(self) -> sigflow_core::Lm {
            sigflow_core::Lm::new(self)
        }
    };
}
pub(crate) use engine_settings;
