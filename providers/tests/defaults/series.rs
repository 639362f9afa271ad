//! Section 5: events and series, by name and label.
use crate::assert_all;
use sigflow_core::{Scope, Usage};
use sigflow_providers::telemetry::{Event, EventKind, Form, Series, Telemetry, Window, emit};
use std::{collections::BTreeSet, sync::Arc};

/// In the order of the section.
#[test]
fn events() {
    let names: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
    let wanted = [
        "signature.compilation",
        "signature.validation",
        "prediction.execution",
        "prediction.chain_of_thought",
        "provider.request",
        "provider.response",
        "module.execution",
        "program.execution",
        "cache.hit",
        "cache.miss",
        "memory.pressure",
        "optimization.iteration",
        "evaluation.metric",
        "distributed.coordination",
        "error.recovery",
    ];
    assert_eq!(names, wanted.map(|name| format!("sigflow.{name}")));
}

/// Each series of the section. Beside what it says, counts of requests are told apart by who answered, and tokens and
/// latency by what OpenTelemetry's conventions require of their metrics.
#[test]
fn series() {
    let row = |name: &str| {
        let series = Series::ALL.iter().find(|series| series.name() == name);
        let series = series.unwrap_or_else(|| panic!("no series `{name}`"));
        format!("{:?}: {}", series.form(), series.labels().join(", "))
    };
    let rows = [
        (
            "prediction_duration",
            "Seconds: signature, provider, success",
        ),
        ("token_usage", "Tokens: type, provider, model, endpoint"),
        ("execution_cost", "Amount: provider, model"),
        ("confidence_score", "Amount: signature, provider"),
        ("prediction_executions", "Counter: signature, provider"),
        (
            "provider_latency",
            "Seconds: provider, endpoint, model, error_type",
        ),
        ("provider_requests_success", "Counter: provider"),
        ("provider_requests_error", "Counter: provider, error_type"),
        ("provider_requests_timeout", "Counter: provider"),
        ("provider_rate_limited", "Counter: provider"),
        (
            "signature_compilation_duration",
            "Seconds: signature_hash, cache_hit",
        ),
        ("signature_cache_hits", "Counter: "),
        ("signature_cache_misses", "Counter: "),
        ("signature_complexity", "Amount: signature"),
        ("memory_usage", "Gauge: component"),
        ("memory_pressure_level", "Gauge: "),
        ("gc_events", "Counter: component"),
        ("backpressure_activations", "Counter: component"),
        (
            "optimization_score",
            "Amount: optimizer, signature, iteration",
        ),
        (
            "optimization_duration",
            "Seconds: optimizer, signature, iteration",
        ),
        ("optimization_convergence", "Amount: optimizer, iterations"),
    ];
    let figures: Vec<_> = rows
        .iter()
        .map(|(name, wanted)| (*name, row(name), *wanted))
        .collect();
    assert_all(&figures);
}

/// `type` is total, prompt or completion.
#[tokio::test]
async fn types_of_tokens() {
    let telemetry = Telemetry::new();
    let scope = Scope::current().with_sink(Arc::new(telemetry.clone()));
    let response = Event::new(EventKind::ProviderResponse)
        .provider("openai")
        .model("m")
        .succeeded(true)
        .usage(Usage::new(56, 18));
    scope.enter(async { emit(|| response) }).await;
    let members = telemetry.members(Series::TokenUsage, Window::Minute);
    let found: BTreeSet<String> = members
        .iter()
        .map(|(key, summary)| format!("{key} {}", summary.sum))
        .collect();
    let wanted = [("completion", 18), ("prompt", 56), ("total", 74)].map(|(of, sum)| {
        format!("token_usage{{type={of:?},provider=\"openai\",model=\"m\"}} {sum}")
    });
    assert_eq!(found, BTreeSet::from(wanted));
    assert_eq!(Series::TokenUsage.form(), Form::Tokens);
}
