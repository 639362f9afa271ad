//! A row for each kind of event: what is told, and what becomes of it.
use sigflow_core::{ErrorKind, Usage};
use sigflow_providers::telemetry::{Event, EventKind, Series};
use std::time::Duration;

pub(crate) type Labels = &'static [(&'static str, &'static str)];

pub(crate) struct Row {
    pub(crate) event: Event<'static>,
    /// Fields that the span's event has.
    pub(crate) fields: Labels,
    /// What is aggregated: series, labels, sum.
    pub(crate) series: &'static [(Series, Labels, f64)],
    /// Lines of the text for Prometheus.
    pub(crate) lines: &'static [&'static str],
}

pub(crate) fn rows() -> Vec<Row> {
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
