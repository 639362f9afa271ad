//! Each measurement, made by what makes it in programs.
use crate::{
    rows::Labels,
    sources::{self, Source, source},
    subscriber::{Kept, subscribed},
};
use sigflow_core::{Result, Scope};
use sigflow_providers::telemetry::{Meter, Series, Telemetry, Window};
use std::sync::Arc;

struct Row {
    meter: Meter,
    /// The value of its label.
    of: &'static str,
    source: Source,
    /// The span that it is measured in.
    span: &'static str,
    /// How often it is measured, and the sum of it.
    told: (u32, f64),
    /// The least, the greatest, and the last.
    range: (f64, f64, f64),
    /// A line of the text for Prometheus.
    line: &'static str,
}

/// One value all the time.
const fn same(value: f64) -> (f64, f64, f64) {
    (value, value, value)
}

const FUNCTION: &str = "chat function";
const CLIENT: &str = "chat gpt-5-mini";
const PROGRAM: &str = "invoke_workflow program";

fn rows() -> Vec<Row> {
    let row = |meter, of, source, span, told, range, line| Row {
        meter,
        of,
        source,
        span,
        told,
        range,
        line,
    };
    vec![
        row(
            Meter::QueueDepth,
            "queue/jobs",
            source!(sources::a_queue_of_one),
            FUNCTION,
            (2, 1.0),
            (0.0, 1.0, 0.0),
            "sigflow_queue_depth{component=\"queue/jobs\"} 0",
        ),
        row(
            Meter::QueueDepth,
            "limit/function",
            source!(sources::a_limit_of_one_a_second),
            FUNCTION,
            (2, 1.0),
            (0.0, 1.0, 0.0),
            "sigflow_queue_depth{component=\"limit/function\"} 0",
        ),
        row(
            Meter::QueueDepth,
            "client/gpt-5-mini",
            source!(sources::a_client_of_one_place),
            CLIENT,
            (2, 1.0),
            (0.0, 1.0, 0.0),
            "sigflow_queue_depth{component=\"client/gpt-5-mini\"} 0",
        ),
        // one waits, one is sent away
        row(
            Meter::BackpressureActivations,
            "queue/jobs",
            source!(sources::a_queue_of_one),
            FUNCTION,
            (2, 2.0),
            same(1.0),
            "sigflow_backpressure_activations_total{component=\"queue/jobs\"} 2",
        ),
        row(
            Meter::BackpressureActivations,
            "limit/function",
            source!(sources::a_limit_of_one_a_second),
            FUNCTION,
            (2, 2.0),
            same(1.0),
            "sigflow_backpressure_activations_total{component=\"limit/function\"} 2",
        ),
        row(
            Meter::BackpressureActivations,
            "client/gpt-5-mini",
            source!(sources::a_client_of_one_place),
            CLIENT,
            (1, 1.0),
            same(1.0),
            "sigflow_backpressure_activations_total{component=\"client/gpt-5-mini\"} 1",
        ),
        row(
            Meter::BackpressureActivations,
            "memory",
            source!(sources::a_gauge_that_is_full),
            PROGRAM,
            (1, 1.0),
            same(1.0),
            "sigflow_backpressure_activations_total{component=\"memory\"} 1",
        ),
        row(
            Meter::LimiterWait,
            "function",
            source!(sources::a_limit_of_one_a_second),
            FUNCTION,
            (1, 1.0),
            same(1.0),
            "sigflow_limiter_wait_seconds_sum{route=\"function\"} 1",
        ),
        // the first has its place at once; what the second waits for it is ours, and its server is not
        row(
            Meter::Overhead,
            "openai",
            source!(sources::a_client_of_one_place),
            CLIENT,
            (2, 2.0),
            (0.0, 2.0, 2.0),
            "sigflow_overhead_seconds_sum{provider=\"openai\"} 2",
        ),
        // neither its server's time nor its reader's
        row(
            Meter::Overhead,
            "openai",
            source!(sources::a_stream_behind_a_limit),
            CLIENT,
            (1, 1.0),
            same(1.0),
            "sigflow_overhead_seconds_sum{provider=\"openai\"} 1",
        ),
        row(
            Meter::Attempts,
            "answered",
            source!(sources::a_client_of_one_place),
            CLIENT,
            (2, 2.0),
            same(1.0),
            "sigflow_attempts_total{outcome=\"answered\"} 2",
        ),
        row(
            Meter::BreakerState,
            "function",
            source!(sources::a_breaker_that_opens),
            FUNCTION,
            (1, 2.0),
            same(2.0),
            "sigflow_breaker_state{route=\"function\"} 2",
        ),
        row(
            Meter::Hedges,
            "second",
            source!(sources::a_slow_call_that_is_hedged),
            "chat function, second",
            (1, 1.0),
            same(1.0),
            "sigflow_hedges_total{route=\"second\"} 1",
        ),
        row(
            Meter::MemoryUsage,
            "stream",
            source!(sources::a_gauge_that_is_nearly_full),
            PROGRAM,
            (1, 900.0),
            same(900.0),
            "sigflow_memory_usage_bytes{component=\"stream\"} 900",
        ),
        row(
            Meter::MemoryPressureLevel,
            "",
            source!(sources::a_gauge_that_is_nearly_full),
            PROGRAM,
            (1, 2.0),
            same(2.0),
            "sigflow_memory_pressure_level 2",
        ),
        row(
            Meter::GcEvents,
            "history",
            source!(sources::a_gauge_that_is_full),
            PROGRAM,
            (1, 1.0),
            same(1.0),
            "sigflow_gc_events_total{component=\"history\"} 1",
        ),
        #[cfg(feature = "cache")]
        row(
            Meter::GcEvents,
            "cache",
            source!(sources::a_cache_of_one),
            FUNCTION,
            (1, 1.0),
            same(1.0),
            "sigflow_gc_events_total{component=\"cache\"} 1",
        ),
    ]
}

/// Those of which no scope is told: what is lost on the way out is written where it is read.
const ELSEWHERE: &[Meter] = &[Meter::SpansDropped];

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

fn series(meter: Meter) -> Series {
    let mut all = Series::ALL.iter();
    let same = all.find(|series| series.name() == meter.name());
    *same.unwrap_or_else(|| panic!("{meter:?} is no series"))
}

#[test]
fn each_meter_is_read_back_from_span_aggregate_and_prometheus() {
    let table = rows();
    for meter in Meter::ALL {
        let has_row = table.iter().any(|row| row.meter == *meter);
        assert!(has_row || ELSEWHERE.contains(meter), "{meter:?} has no row");
    }
    let kept = Kept::default();
    subscribed(kept.clone(), || {
        for row in table {
            let what = format!("{:?} of `{}`", row.meter, row.of);
            kept.0.events.lock().unwrap().clear();
            let telemetry = Telemetry::new();
            let scope = Scope::current().with_sink(Arc::new(telemetry.clone()));
            let series = series(row.meter);
            let labels = series.labels().iter().map(|label| (*label, row.of));
            let labels: Vec<(&str, &str)> = labels.collect();
            // windows go by the same clock
            let found = runtime().block_on(async {
                let work = async {
                    (row.source)().await;
                    Result::Ok(())
                };
                scope.run("program", work).await.unwrap();
                telemetry.summary(series, &labels, Window::Hour).unwrap()
            });

            let seen = kept.0.events.lock().unwrap().clone();
            let own = seen.iter().filter(|seen| {
                let is = |field: &str, value: &str| {
                    seen.fields.get(field).map(String::as_str) == Some(value)
                };
                seen.name == "sigflow.measurement"
                    && is("meter", row.meter.name())
                    && is("of", row.of)
            });
            let own: Vec<_> = own.collect();
            assert_eq!(own.len(), row.told.0 as usize, "{what}: {own:?}");
            for one in &own {
                let found = (one.span.as_str(), one.target.as_str());
                assert_eq!(found, (row.span, "sigflow"), "{what}: {own:?}");
            }

            // of a level that changed there is an event too
            let times = 1 + u32::from(row.meter == Meter::MemoryPressureLevel);
            let (count, sum) = telemetry.total(series, &labels);
            assert_eq!(
                (count, sum),
                (u64::from(row.told.0 * times), row.told.1 * f64::from(times)),
                "{what}"
            );
            let range = (found.min, found.max, found.last);
            assert_eq!(range, row.range, "{what}");
            let text = telemetry.prometheus();
            assert!(
                text.lines().any(|line| line == row.line),
                "{what}: no line `{}` in\n{text}",
                row.line
            );
        }
    });
}

/// A collector that is not there, and a queue of spans without room.
#[cfg(feature = "otel")]
#[test]
fn spans_that_are_lost_are_counted_where_they_are_read() {
    use sigflow_providers::telemetry::Exporter;
    let telemetry = Telemetry::new();
    runtime().block_on(async {
        let exporter = Exporter::builder("http://127.0.0.1:9").queue_limit(0);
        let exporter = exporter.metrics(&telemetry).build().unwrap();
        let scope = Scope::current().with_sink(exporter.sink());
        let nothing = async { Result::Ok(()) };
        scope.run("program", nothing).await.unwrap();
    });
    let labels = &[("component", "otlp")];
    assert_eq!(telemetry.total(Series::SpansDropped, labels), (1, 1.0));
    let line = "sigflow_spans_dropped_total{component=\"otlp\"} 1";
    assert!(telemetry.prometheus().lines().any(|found| found == line));
}

/// What optimizers and evaluation will tell; until then these have their type and their hook (`main`).
const LATER: &[Series] = &[
    Series::OptimizationScore,
    Series::OptimizationDuration,
    Series::OptimizationConvergence,
    Series::EvaluationMetric,
];

/// A run of all sources, in one telemetry.
#[test]
fn each_series_has_a_source() {
    let telemetry = Telemetry::new();
    let scope = Scope::current().with_sink(Arc::new(telemetry.clone()));
    runtime().block_on(async {
        let work = async {
            for row in rows() {
                (row.source)().await;
            }
            sources::calls_of_every_end().await;
            Result::Ok(())
        };
        scope.run("program", work).await.unwrap();
    });
    let without: &[Series] = &[
        #[cfg(not(feature = "cache"))]
        Series::CacheHits,
        #[cfg(not(feature = "cache"))]
        Series::CacheMisses,
        Series::SpansDropped,
    ];
    for series in Series::ALL {
        let (count, _) = telemetry.total(*series, &[]);
        let is_elsewhere = without.contains(series) || LATER.contains(series);
        assert_eq!(count == 0, is_elsewhere, "{series:?}: {count}");
    }
    let none: Labels = &[];
    // what a stream cost is known as that of a whole reply is
    assert_eq!(telemetry.total(Series::ExecutionCost, none).0, 2);
}
