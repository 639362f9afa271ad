//! Every event and every measurement, read back from the span it happened in, from the aggregates and from what
//! Prometheus reads; each measurement from what makes it (`meters`).
#![cfg(all(feature = "prometheus", feature = "tracing"))]
#[cfg(feature = "openai")]
mod meters;
#[cfg(feature = "openai")]
mod sources;
#[cfg(feature = "openai")]
mod spans;
#[cfg(feature = "openai")]
#[path = "../support/mod.rs"]
mod support;

use sigflow_core::{ErrorKind, Result, Scope, Usage};
use sigflow_providers::telemetry::{
    Alert, Event, EventKind, Measurement, Meter, Rule, Series, Stat, Telemetry, Window, emit,
    measure,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// A subscriber that keeps all events with the span that they happened in.
#[derive(Default, Clone)]
struct Kept(Arc<Inner>);
#[derive(Default)]
struct Inner {
    count: AtomicU64,
    names: Mutex<HashMap<u64, String>>,
    entered: Mutex<Vec<u64>>,
    events: Mutex<Vec<Seen>>,
}
#[derive(Clone, Debug)]
struct Seen {
    name: &'static str,
    target: String,
    span: String,
    fields: HashMap<String, String>,
}

#[derive(Default)]
struct Fields(HashMap<String, String>);
impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name().into(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sigflow"
    }
    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let id = 1 + self.0.count.fetch_add(1, Relaxed);
        let name = fields.0.remove("otel.name").unwrap_or_default();
        self.0.names.lock().unwrap().insert(id, name);
        span::Id::from_u64(id)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let around = self.0.entered.lock().unwrap().last().copied();
        let names = self.0.names.lock().unwrap();
        self.0.events.lock().unwrap().push(Seen {
            name: event.metadata().name(),
            target: event.metadata().target().into(),
            span: around
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or_default(),
            fields: fields.0,
        });
    }
    fn enter(&self, id: &span::Id) {
        self.0.entered.lock().unwrap().push(id.into_u64());
    }
    fn exit(&self, _: &span::Id) {
        self.0.entered.lock().unwrap().pop();
    }
}

/// Runs a test with its subscriber. Two others live beside it for good: where `tracing` knows of one alone, it asks the
/// thread that first comes to a span or an event whether anybody wants it, and the threads of other tests have none.
fn subscribed(subscriber: impl Subscriber + Send + Sync + 'static, test: impl FnOnce()) {
    use tracing::{Dispatch, subscriber::NoSubscriber};
    static OTHERS: LazyLock<[Dispatch; 2]> =
        LazyLock::new(|| [0, 1].map(|_| Dispatch::new(NoSubscriber::default())));
    LazyLock::force(&OTHERS);
    tracing::subscriber::with_default(subscriber, test);
}

type Labels = &'static [(&'static str, &'static str)];

struct Row {
    event: Event<'static>,
    /// Fields that the span's event has.
    fields: Labels,
    /// What is aggregated: series, labels, sum.
    series: &'static [(Series, Labels, f64)],
    /// Lines of the text for Prometheus.
    lines: &'static [&'static str],
}

fn rows() -> Vec<Row> {
    use EventKind as K;
    let event = Event::new;
    vec![
        Row {
            event: event(K::SignatureCompilation)
                .signature("Qa")
                .succeeded(true)
                .cached(false)
                .duration(Duration::from_millis(2))
                .hash(0xabc)
                .complexity(3),
            fields: &[
                ("signature", "Qa"),
                ("cached", "false"),
                ("complexity", "3"),
            ],
            series: &[
                (
                    Series::SignatureCompilationDuration,
                    &[
                        ("signature_hash", "0000000000000abc"),
                        ("cache_hit", "false"),
                    ],
                    0.002,
                ),
                (Series::SignatureCacheMisses, &[], 1.0),
                (Series::SignatureComplexity, &[("signature", "Qa")], 3.0),
            ],
            lines: &[
                "sigflow_signature_compilation_duration_seconds_count{signature_hash=\"0000000000000abc\",cache_hit=\"false\"} 1",
                "sigflow_signature_cache_misses_total 1",
                "sigflow_signature_complexity_sum{signature=\"Qa\"} 3",
            ],
        },
        Row {
            event: event(K::SignatureValidation)
                .signature("Qa")
                .component("inputs")
                .succeeded(false)
                .error(ErrorKind::InvalidInput),
            fields: &[("component", "inputs"), ("error", "invalid_input")],
            series: &[(
                Series::Events,
                &[("event", "sigflow.signature.validation")],
                1.0,
            )],
            lines: &["sigflow_events_total{event=\"sigflow.signature.validation\"} 1"],
        },
        Row {
            event: event(K::PredictionExecution)
                .signature("Qa")
                .provider("openai")
                .succeeded(true)
                .duration(Duration::from_millis(500))
                .confidence(0.75),
            fields: &[
                ("signature", "Qa"),
                ("duration", "0.5"),
                ("confidence", "0.75"),
            ],
            series: &[
                (
                    Series::PredictionDuration,
                    &[
                        ("signature", "Qa"),
                        ("provider", "openai"),
                        ("success", "true"),
                    ],
                    0.5,
                ),
                (Series::PredictionExecutions, &[("signature", "Qa")], 1.0),
                (Series::ConfidenceScore, &[("provider", "openai")], 0.75),
            ],
            lines: &[
                "sigflow_prediction_executions_total{signature=\"Qa\",provider=\"openai\"} 1",
                "sigflow_prediction_duration_seconds_bucket{signature=\"Qa\",provider=\"openai\",success=\"true\",le=\"0.64\"} 1",
                "sigflow_prediction_duration_seconds_bucket{signature=\"Qa\",provider=\"openai\",success=\"true\",le=\"0.32\"} 0",
                "sigflow_confidence_score_sum{signature=\"Qa\",provider=\"openai\"} 0.75",
            ],
        },
        Row {
            event: event(K::PredictionChainOfThought)
                .signature("Qa")
                .succeeded(true),
            fields: &[("signature", "Qa"), ("succeeded", "true")],
            series: &[(
                Series::Events,
                &[("event", "sigflow.prediction.chain_of_thought")],
                1.0,
            )],
            lines: &["sigflow_events_total{event=\"sigflow.prediction.chain_of_thought\"} 1"],
        },
        Row {
            event: event(K::ProviderRequest)
                .provider("openai")
                .model("gpt-5-mini")
                .endpoint("chat"),
            fields: &[("provider", "openai"), ("endpoint", "chat")],
            series: &[(
                Series::Events,
                &[("event", "sigflow.provider.request")],
                1.0,
            )],
            lines: &["sigflow_events_total{event=\"sigflow.provider.request\"} 1"],
        },
        Row {
            event: event(K::ProviderResponse)
                .provider("openai")
                .model("gpt-5-mini")
                .endpoint("chat")
                .succeeded(true)
                .duration(Duration::from_millis(250))
                .usage(Usage::new(56, 18))
                .cost(0.0004)
                .rate_limited(2)
                .first_chunk(Duration::from_millis(125)),
            fields: &[
                ("input_tokens", "56"),
                ("output_tokens", "18"),
                ("cost", "0.0004"),
            ],
            series: &[
                (
                    Series::ProviderLatency,
                    &[
                        ("provider", "openai"),
                        ("endpoint", "chat"),
                        ("model", "gpt-5-mini"),
                        ("error_type", ""),
                    ],
                    0.25,
                ),
                (
                    Series::ProviderFirstChunk,
                    &[("model", "gpt-5-mini")],
                    0.125,
                ),
                (Series::TokenUsage, &[("type", "total")], 74.0),
                (Series::TokenUsage, &[("type", "prompt")], 56.0),
                (
                    Series::TokenUsage,
                    &[
                        ("type", "completion"),
                        ("provider", "openai"),
                        ("model", "gpt-5-mini"),
                        ("endpoint", "chat"),
                    ],
                    18.0,
                ),
                (Series::ExecutionCost, &[("model", "gpt-5-mini")], 0.0004),
                (
                    Series::ProviderRequestsSuccess,
                    &[("provider", "openai")],
                    1.0,
                ),
                (Series::ProviderRateLimited, &[("provider", "openai")], 2.0),
            ],
            lines: &[
                "gen_ai_client_operation_duration_seconds_bucket{gen_ai_provider_name=\"openai\",gen_ai_operation_name=\"chat\",gen_ai_request_model=\"gpt-5-mini\",le=\"0.32\"} 1",
                "gen_ai_client_token_usage_sum{gen_ai_token_type=\"input\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-5-mini\",gen_ai_operation_name=\"chat\"} 56",
                "gen_ai_client_token_usage_sum{gen_ai_token_type=\"output\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-5-mini\",gen_ai_operation_name=\"chat\"} 18",
                "gen_ai_client_operation_time_to_first_chunk_seconds_sum{gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-5-mini\",gen_ai_operation_name=\"chat\"} 0.125",
                "sigflow_cost_usd_total{provider=\"openai\",model=\"gpt-5-mini\"} 0.0004",
                "sigflow_provider_requests_success_total{provider=\"openai\"} 1",
                "sigflow_provider_rate_limited_total{provider=\"openai\"} 2",
            ],
        },
        Row {
            event: event(K::ProviderResponse)
                .provider("groq")
                .model("llama")
                .endpoint("chat")
                .succeeded(false)
                .error(ErrorKind::Timeout)
                .duration(Duration::from_secs(30)),
            fields: &[("error", "timeout"), ("succeeded", "false")],
            series: &[
                (
                    Series::ProviderLatency,
                    &[("model", "llama"), ("error_type", "timeout")],
                    30.0,
                ),
                (
                    Series::ProviderRequestsError,
                    &[("provider", "groq"), ("error_type", "timeout")],
                    1.0,
                ),
                (
                    Series::ProviderRequestsTimeout,
                    &[("provider", "groq")],
                    1.0,
                ),
            ],
            lines: &[
                "gen_ai_client_operation_duration_seconds_sum{gen_ai_provider_name=\"groq\",gen_ai_operation_name=\"chat\",gen_ai_request_model=\"llama\",error_type=\"timeout\"} 30",
                "sigflow_provider_requests_error_total{provider=\"groq\",error_type=\"timeout\"} 1",
                "sigflow_provider_requests_timeout_total{provider=\"groq\"} 1",
            ],
        },
        Row {
            event: event(K::ModuleExecution)
                .name("inner")
                .path("outer.inner")
                .succeeded(true)
                .duration(Duration::from_millis(40)),
            fields: &[("name", "inner"), ("path", "outer.inner")],
            series: &[(
                Series::ProgramDuration,
                &[("name", "inner"), ("success", "true")],
                0.04,
            )],
            lines: &["sigflow_program_duration_seconds_sum{name=\"inner\",success=\"true\"} 0.04"],
        },
        Row {
            event: event(K::ProgramExecution)
                .name("outer")
                .succeeded(false)
                .error(ErrorKind::Budget)
                .duration(Duration::from_secs(2)),
            fields: &[("name", "outer"), ("error", "budget")],
            series: &[(
                Series::ProgramDuration,
                &[("name", "outer"), ("success", "false")],
                2.0,
            )],
            lines: &["sigflow_program_duration_seconds_sum{name=\"outer\",success=\"false\"} 2"],
        },
        Row {
            event: event(K::CacheHit).component("responses"),
            fields: &[("component", "responses")],
            series: &[(Series::CacheHits, &[("component", "responses")], 1.0)],
            lines: &["sigflow_cache_hits_total{component=\"responses\"} 1"],
        },
        Row {
            event: event(K::CacheMiss).component("responses"),
            fields: &[("component", "responses")],
            series: &[(Series::CacheMisses, &[("component", "responses")], 1.0)],
            lines: &["sigflow_cache_misses_total{component=\"responses\"} 1"],
        },
        Row {
            event: event(K::MemoryPressure).level(2).bytes(860).limit(1000),
            fields: &[("level", "2"), ("bytes", "860"), ("limit", "1000")],
            series: &[(Series::MemoryPressureLevel, &[], 2.0)],
            lines: &["sigflow_memory_pressure_level 2"],
        },
        Row {
            event: event(K::OptimizationIteration)
                .optimizer("mipro")
                .signature("Qa")
                .iteration(4)
                .score(0.9)
                .action("converged")
                .duration(Duration::from_secs(3)),
            fields: &[("optimizer", "mipro"), ("iteration", "4"), ("score", "0.9")],
            series: &[
                (
                    Series::OptimizationScore,
                    &[("optimizer", "mipro"), ("iteration", "4")],
                    0.9,
                ),
                (Series::OptimizationDuration, &[("signature", "Qa")], 3.0),
                (Series::OptimizationConvergence, &[("iterations", "4")], 0.9),
            ],
            lines: &[
                "sigflow_optimization_score_sum{optimizer=\"mipro\",signature=\"Qa\",iteration=\"4\"} 0.9",
                "sigflow_optimization_convergence_sum{optimizer=\"mipro\",iterations=\"4\"} 0.9",
            ],
        },
        Row {
            event: event(K::EvaluationMetric).name("exact_match").score(0.5),
            fields: &[("name", "exact_match"), ("score", "0.5")],
            series: &[(Series::EvaluationMetric, &[("name", "exact_match")], 0.5)],
            lines: &["sigflow_evaluation_metric_sum{name=\"exact_match\"} 0.5"],
        },
        Row {
            event: event(K::DistributedCoordination)
                .name("worker-1")
                .action("lease"),
            fields: &[("name", "worker-1"), ("action", "lease")],
            series: &[(
                Series::Events,
                &[("event", "sigflow.distributed.coordination")],
                1.0,
            )],
            lines: &["sigflow_events_total{event=\"sigflow.distributed.coordination\"} 1"],
        },
        Row {
            event: event(K::ErrorRecovery)
                .action("fallback")
                .name("spare")
                .attempts(2),
            fields: &[("action", "fallback"), ("name", "spare"), ("attempts", "2")],
            series: &[(Series::Recoveries, &[("action", "fallback")], 1.0)],
            lines: &["sigflow_recoveries_total{action=\"fallback\"} 1"],
        },
    ]
}

async fn scraped(telemetry: &Telemetry) -> String {
    let served = telemetry.serve_prometheus("127.0.0.1:0").await.unwrap();
    let mut socket = TcpStream::connect(served.address()).await.unwrap();
    socket
        .write_all(b"GET /metrics HTTP/1.1\r\nhost: here\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    answer
}

#[test]
fn each_event_is_read_back_from_span_aggregate_and_prometheus() {
    let table = rows();
    for kind in EventKind::ALL {
        assert!(
            table.iter().any(|row| row.event.kind == *kind),
            "{kind:?} has no row"
        );
    }
    let kept = Kept::default();
    subscribed(kept.clone(), || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            for row in table {
                let name = row.event.kind.name();
                kept.0.events.lock().unwrap().clear();
                let telemetry = Telemetry::new();
                let scope = Scope::current().with_sink(Arc::new(telemetry.clone()));
                // outside of a run, so that its own end is not among the events
                scope.enter(async { emit(|| row.event) }).await;
                let seen = kept.0.events.lock().unwrap().clone();
                assert_eq!(seen.len(), 1, "{name}: {seen:?}");
                assert_eq!((seen[0].name, seen[0].target.as_str()), (name, "sigflow"));
                for (field, value) in row.fields {
                    assert_eq!(
                        seen[0].fields.get(*field).map(String::as_str),
                        Some(*value),
                        "{name}: {field}"
                    );
                }
                // inside of a run it stands in the run's span
                kept.0.events.lock().unwrap().clear();
                let inside = async {
                    emit(|| row.event);
                    Result::Ok(())
                };
                Scope::current().run("program", inside).await.unwrap();
                let seen = kept.0.events.lock().unwrap().clone();
                assert_eq!(
                    (seen[0].name, seen[0].span.as_str()),
                    (name, "invoke_workflow program")
                );

                for (series, labels, sum) in row.series {
                    let found = telemetry.summary(*series, labels, Window::Minute);
                    let found =
                        found.unwrap_or_else(|| panic!("{name}: no {series:?} with {labels:?}"));
                    assert_eq!((found.count, found.sum), (1, *sum), "{name}: {series:?}");
                    assert_eq!(
                        telemetry.total(*series, labels),
                        (1, *sum),
                        "{name}: {series:?}"
                    );
                }
                let text = scraped(&telemetry).await;
                let count = format!("sigflow_events_total{{event=\"{name}\"}} 1");
                for line in row.lines.iter().copied().chain([count.as_str()]) {
                    assert!(
                        text.lines().any(|found| found == line),
                        "{name}: no line `{line}` in\n{text}"
                    );
                }
            }
        });
    });
}

#[tokio::test]
async fn each_meter_is_a_series() {
    let telemetry = Telemetry::new();
    telemetry
        .watch(async {
            for meter in Meter::ALL {
                measure(&Measurement::new(*meter, "it", 2.0));
            }
        })
        .await;
    for meter in Meter::ALL {
        let series = Series::ALL
            .iter()
            .find(|series| series.name() == meter.name());
        let series = series.unwrap_or_else(|| panic!("{meter:?} is no series"));
        assert_eq!(telemetry.total(*series, &[]), (1, 2.0), "{meter:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn alerts_begin_and_end() {
    let told: Arc<Mutex<Vec<Alert>>> = Arc::default();
    let tell = |told: &Arc<Mutex<Vec<Alert>>>| {
        let told = told.clone();
        move |alert: &Alert| told.lock().unwrap().push(alert.clone())
    };
    let telemetry = Telemetry::builder()
        .alert(
            Rule::threshold("slow", Series::ProviderLatency, Stat::P95, 2.0).over(Window::Minute),
            tell(&told),
        )
        .alert(
            Rule::rate("errors", Series::ProviderRequestsError, 0.5).over(Window::Minute),
            tell(&told),
        )
        .alert(
            Rule::ratio("slower", Series::ProviderLatency, Stat::Avg, 1.5)
                .over(Window::Minute)
                .against(Window::Hour),
            tell(&told),
        )
        .build();
    let _ticking = telemetry.start().unwrap();
    let latency = |seconds: f64, times: usize| {
        for _ in 0..times {
            telemetry.record(Series::ProviderLatency, &["openai", "chat"], seconds);
        }
    };
    let sleep = tokio::time::sleep;
    let names = || -> Vec<(String, bool)> {
        let all = std::mem::take(&mut *told.lock().unwrap());
        all.iter()
            .map(|alert| (alert.rule.to_string(), alert.fires))
            .collect()
    };
    // a calm while
    for _ in 0..30 {
        latency(1.0, 10);
        sleep(Duration::from_mins(1)).await;
    }
    assert_eq!(names(), []);
    assert!(!telemetry.aggregates().is_empty());
    // then it is slow, and fails
    latency(3.0, 100);
    for _ in 0..40 {
        telemetry.record(Series::ProviderRequestsError, &["openai", "server"], 1.0);
    }
    sleep(Duration::from_secs(31)).await;
    let mut found = names();
    found.sort();
    let all = ["errors", "slow", "slower"];
    assert_eq!(found, all.map(|rule| (rule.to_owned(), true)));
    // each is told once
    sleep(Duration::from_secs(15)).await;
    assert_eq!(names(), []);
    sleep(Duration::from_mins(2)).await;
    let mut found = names();
    found.sort();
    assert_eq!(found, all.map(|rule| (rule.to_owned(), false)));
}

/// What fired and made room for other members is over; a callback that panics keeps nobody from being told.
#[tokio::test(start_paused = true)]
async fn alerts_of_members_that_went_end() {
    let told: Arc<Mutex<Vec<Alert>>> = Arc::default();
    let tell = told.clone();
    let rule = || Rule::threshold("dear", Series::ExecutionCost, Stat::Sum, 1.0);
    let telemetry = Telemetry::builder()
        .memory_limit(100_000)
        .aggregate_every(Duration::MAX)
        .alert(rule(), |_| panic!("a callback of the user's"))
        .alert(rule(), move |alert| {
            tell.lock().unwrap().push(alert.clone());
        })
        .build();
    let _ticking = telemetry.start().unwrap();
    telemetry.record(Series::ExecutionCost, &["openai", "dear"], 2.0);
    tokio::time::sleep(Duration::from_secs(31)).await;
    for number in 0..1000 {
        telemetry.record(Series::ExecutionCost, &["openai", &number.to_string()], 0.1);
    }
    tokio::time::sleep(Duration::from_secs(31)).await;
    let told = told.lock().unwrap();
    let fires: Vec<bool> = told.iter().map(|alert| alert.fires).collect();
    assert_eq!(fires, [true, false]);
    assert!(
        told[1].of.contains("dear") && told[1].value.is_nan(),
        "{:?}",
        told[1]
    );
}

/// A cache's hits are no traffic of a provider: a thousand of them would hide how slow it is.
#[test]
fn hits_of_a_cache_are_no_latency() {
    let telemetry = Telemetry::new();
    let answered = Event::new(EventKind::ProviderResponse)
        .provider("openai")
        .endpoint("chat");
    let scope = Scope::current().with_sink(Arc::new(telemetry.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(scope.enter(async {
        emit(|| answered.duration(Duration::from_secs(2)).cached(false));
        emit(|| answered.duration(Duration::from_micros(5)).cached(true));
    }));
    let latency = telemetry
        .summary(Series::ProviderLatency, &[], Window::Minute)
        .unwrap();
    assert_eq!((latency.count, latency.min), (1, 2.0));
    assert_eq!(telemetry.total(Series::ProviderRequestsSuccess, &[]).0, 1);
}

#[tokio::test(start_paused = true)]
async fn defaults_are_those_of_the_page() {
    assert_eq!(
        Window::ALL.map(Window::seconds),
        [60, 300, 900, 3600, 86_400]
    );
    assert_eq!(
        Window::ALL.map(Window::name),
        ["1m", "5m", "15m", "1h", "24h"]
    );
    let events = "signature.compilation, signature.validation, prediction.execution, prediction.chain_of_thought, \
         provider.request, provider.response, module.execution, program.execution, cache.hit, cache.miss, \
         memory.pressure, optimization.iteration, evaluation.metric, distributed.coordination, error.recovery";
    let names = EventKind::ALL
        .iter()
        .map(|kind| kind.name().trim_start_matches("sigflow."));
    assert_eq!(
        names.collect::<Vec<_>>(),
        events.split(", ").collect::<Vec<_>>()
    );
    let telemetry = Telemetry::new();
    assert_eq!(telemetry.export_interval(), Duration::from_mins(5));
    let _ticking = telemetry.start().unwrap();
    tokio::time::sleep(Duration::from_secs(59)).await;
    telemetry.record(Series::CacheHits, &["responses"], 1.0);
    assert!(telemetry.aggregates().is_empty());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(telemetry.aggregates().len(), 5);
    let labels = |series: Series| series.labels();
    assert_eq!(
        labels(Series::PredictionDuration),
        ["signature", "provider", "success"]
    );
    assert_eq!(
        labels(Series::TokenUsage),
        ["type", "provider", "model", "endpoint"]
    );
    assert_eq!(labels(Series::ExecutionCost), ["provider", "model"]);
    assert_eq!(labels(Series::ConfidenceScore), ["signature", "provider"]);
    assert_eq!(
        labels(Series::ProviderLatency),
        ["provider", "endpoint", "model", "error_type"]
    );
    assert_eq!(
        labels(Series::SignatureCompilationDuration),
        ["signature_hash", "cache_hit"]
    );
    assert_eq!(
        labels(Series::OptimizationScore),
        ["optimizer", "signature", "iteration"]
    );
    assert_eq!(
        labels(Series::OptimizationConvergence),
        ["optimizer", "iterations"]
    );
}
