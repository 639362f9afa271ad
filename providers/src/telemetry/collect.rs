//! From events and measurements to series.
use super::{Event, EventKind, Measurement, Meter, Series, Sink, Telemetry, aggregate::Adding};
use sigflow_core::ErrorKind;
use std::time::Duration;

impl Sink for Telemetry {
    fn identity(&self) -> Option<usize> {
        Some(std::sync::Arc::as_ptr(&self.0).addr())
    }
    fn event(&self, event: &Event<'_>) {
        // before the store is held: prices are the user's code
        let cost = self.cost(event);
        let mut to = self.adding();
        to.add(Series::Events, &[event.kind.name()], 1.0);
        match event.kind {
            EventKind::PredictionExecution => to.prediction(event),
            EventKind::ProviderResponse => to.response(event, cost),
            EventKind::SignatureCompilation => to.compilation(event),
            EventKind::ModuleExecution | EventKind::ProgramExecution => {
                let labels = [word(event.name), truth(event.succeeded)];
                to.seconds(Series::ProgramDuration, &labels, event.duration);
            }
            EventKind::CacheHit => to.add(Series::CacheHits, &[word(event.component)], 1.0),
            EventKind::CacheMiss => to.add(Series::CacheMisses, &[word(event.component)], 1.0),
            EventKind::MemoryPressure => {
                if let Some(level) = event.level {
                    to.add(Series::MemoryPressureLevel, &[], number(level));
                }
            }
            EventKind::OptimizationIteration => to.optimization(event),
            EventKind::EvaluationMetric => {
                if let Some(score) = event.score {
                    to.add(Series::EvaluationMetric, &[word(event.name)], score);
                }
            }
            EventKind::ErrorRecovery => {
                to.add(Series::Recoveries, &[word(event.action)], 1.0);
            }
            // how often is all that there is to say of the others
            _ => {}
        }
    }

    fn measured(&self, measurement: &Measurement<'_>) {
        let series = match measurement.meter {
            Meter::MemoryUsage => Series::MemoryUsage,
            Meter::MemoryPressureLevel => {
                return self
                    .adding()
                    .add(Series::MemoryPressureLevel, &[], measurement.value);
            }
            Meter::GcEvents => Series::GcEvents,
            Meter::BackpressureActivations => Series::BackpressureActivations,
            Meter::Attempts => Series::Attempts,
            Meter::BreakerState => Series::BreakerState,
            Meter::LimiterWait => Series::LimiterWait,
            Meter::Hedges => Series::Hedges,
            Meter::QueueDepth => Series::QueueDepth,
            Meter::Overhead => Series::Overhead,
            Meter::SpansDropped => Series::SpansDropped,
            _ => return,
        };
        self.adding()
            .add(series, &[measurement.of], measurement.value);
    }
}

impl Telemetry {
    /// What a request cost, if it says so or its price is known.
    fn cost(&self, event: &Event<'_>) -> Option<f64> {
        let usage = event
            .usage
            .filter(|_| event.kind == EventKind::ProviderResponse)?;
        let price = self.0.settings.price.as_ref();
        let known = || price?(word(event.provider), word(event.model), &usage);
        event.cost.or_else(known)
    }
}

impl Adding<'_> {
    fn seconds(&mut self, series: Series, labels: &[&str], time: Option<Duration>) {
        if let Some(time) = time {
            self.add(series, labels, time.as_secs_f64());
        }
    }

    fn prediction(&mut self, event: &Event<'_>) {
        let (signature, provider) = (word(event.signature), word(event.provider));
        self.add(Series::PredictionExecutions, &[signature, provider], 1.0);
        let labels = [signature, provider, truth(event.succeeded)];
        self.seconds(Series::PredictionDuration, &labels, event.duration);
        if let Some(confidence) = event.confidence {
            self.add(Series::ConfidenceScore, &[signature, provider], confidence);
        }
    }

    fn response(&mut self, event: &Event<'_>, cost: Option<f64>) {
        let (provider, model) = (word(event.provider), word(event.model));
        // what a cache says tells nothing of a provider: its hits are counted as such
        if event.cached == Some(true) {
            return;
        }
        let endpoint = word(event.endpoint);
        let failure = word(event.error.map(ErrorKind::as_str));
        let labels = [provider, endpoint, model, failure];
        self.seconds(Series::ProviderLatency, &labels, event.duration);
        let labels = [provider, model, endpoint];
        self.seconds(Series::ProviderFirstChunk, &labels, event.first_chunk);
        match event.error {
            None => self.add(Series::ProviderRequestsSuccess, &[provider], 1.0),
            Some(kind) => {
                let labels = [provider, kind.as_str()];
                self.add(Series::ProviderRequestsError, &labels, 1.0);
                if matches!(kind, ErrorKind::Timeout | ErrorKind::PoolTimeout) {
                    self.add(Series::ProviderRequestsTimeout, &[provider], 1.0);
                }
            }
        }
        if let Some(refused) = event.rate_limited.filter(|refused| *refused > 0) {
            self.add(Series::ProviderRateLimited, &[provider], number(refused));
        }
        if let Some(usage) = event.usage {
            let parts = [
                ("total", usage.total_tokens()),
                ("prompt", usage.input_tokens),
                ("completion", usage.output_tokens),
            ];
            for (part, tokens) in parts {
                let labels = [part, provider, model, endpoint];
                self.add(Series::TokenUsage, &labels, number(tokens));
            }
            if let Some(cost) = cost {
                self.add(Series::ExecutionCost, &[provider, model], cost);
            }
        }
    }

    fn compilation(&mut self, event: &Event<'_>) {
        let cached = event.cached == Some(true);
        let hash = event.hash.map(|hash| format!("{hash:016x}"));
        let labels = [word(hash.as_deref()), truth(event.cached)];
        self.seconds(
            Series::SignatureCompilationDuration,
            &labels,
            event.duration,
        );
        let series = if cached {
            Series::SignatureCacheHits
        } else {
            Series::SignatureCacheMisses
        };
        self.add(series, &[], 1.0);
        if let Some(complexity) = event.complexity {
            let labels = [word(event.signature)];
            self.add(Series::SignatureComplexity, &labels, number(complexity));
        }
    }

    /// The last turn says that it converged: by its action.
    fn optimization(&mut self, event: &Event<'_>) {
        let iteration = event.iteration.unwrap_or_default().to_string();
        let optimizer = word(event.optimizer);
        let labels = [optimizer, word(event.signature), &*iteration];
        self.seconds(Series::OptimizationDuration, &labels, event.duration);
        if let Some(score) = event.score {
            self.add(Series::OptimizationScore, &labels, score);
            if event.action == Some("converged") {
                let labels = [optimizer, &*iteration];
                self.add(Series::OptimizationConvergence, &labels, score);
            }
        }
    }
}

fn word(word: Option<&str>) -> &str {
    word.unwrap_or_default()
}
fn truth(truth: Option<bool>) -> &'static str {
    if truth == Some(true) { "true" } else { "false" }
}
#[allow(clippy::cast_precision_loss, reason = "no count is that large")]
fn number(count: u64) -> f64 {
    count as f64
}
