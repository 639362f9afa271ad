//! The same spans, events and measurements for the program's `tracing` subscriber: target `sigflow`, spans at level info,
//! events at level debug, measurements at level trace. Fields are declared here, all of them, and recorded when they are known: a layer that exports sees
//! only what was declared.
use super::{Event, EventKind, Measurement, SpanKind, Value, event::each_kind};
use tracing::{Level, Span, field::Empty};

/// Without a subscriber this is one load and one comparison.
#[inline]
pub(super) fn is_on() -> bool {
    tracing::enabled!(target: "sigflow", Level::INFO)
}

macro_rules! span_of {
    ($around:expr, $name:literal, $shown:expr, $kind:literal) => {{
        let around = $around.and_then(Span::id);
        if let Some(around) = around {
            span_of!(@ parent: around, $name, $shown, $kind)
        } else {
            span_of!(@, $name, $shown, $kind)
        }
    }};
    (@ $(parent: $parent:expr)?, $name:literal, $shown:expr, $kind:literal) => {
        tracing::span!(
            target: "sigflow",
            $(parent: $parent,)?
            Level::INFO,
            $name,
            "otel.name" = $shown,
            "otel.kind" = $kind,
            "otel.status_code" = Empty,
            "otel.status_description" = Empty,
            "error.type" = Empty,
            "gen_ai.operation.name" = Empty,
            "gen_ai.provider.name" = Empty,
            "gen_ai.workflow.name" = Empty,
            "gen_ai.agent.name" = Empty,
            "gen_ai.prompt.name" = Empty,
            "gen_ai.conversation.id" = Empty,
            "gen_ai.tool.name" = Empty,
            "gen_ai.tool.type" = Empty,
            "gen_ai.tool.call.id" = Empty,
            "gen_ai.tool.call.arguments" = Empty,
            "gen_ai.tool.call.result" = Empty,
            "gen_ai.tool.definitions" = Empty,
            "gen_ai.request.model" = Empty,
            "gen_ai.request.stream" = Empty,
            "gen_ai.request.temperature" = Empty,
            "gen_ai.request.top_p" = Empty,
            "gen_ai.request.max_tokens" = Empty,
            "gen_ai.request.seed" = Empty,
            "gen_ai.request.choice.count" = Empty,
            "gen_ai.request.stop_sequences" = Empty,
            "gen_ai.output.type" = Empty,
            "gen_ai.embeddings.dimension.count" = Empty,
            "gen_ai.response.id" = Empty,
            "gen_ai.response.model" = Empty,
            "gen_ai.response.finish_reasons" = Empty,
            "gen_ai.response.time_to_first_chunk" = Empty,
            "gen_ai.usage.input_tokens" = Empty,
            "gen_ai.usage.output_tokens" = Empty,
            "gen_ai.usage.cache_read.input_tokens" = Empty,
            "gen_ai.usage.cache_creation.input_tokens" = Empty,
            "gen_ai.usage.reasoning.output_tokens" = Empty,
            "gen_ai.system_instructions" = Empty,
            "gen_ai.input.messages" = Empty,
            "gen_ai.output.messages" = Empty,
            "server.address" = Empty,
            "server.port" = Empty,
            "http.request.method" = Empty,
            "http.request.resend_count" = Empty,
            "http.response.status_code" = Empty,
            "url.full" = Empty,
            "sigflow.path" = Empty,
            "sigflow.run" = Empty,
            "sigflow.signature" = Empty,
            "sigflow.strategy" = Empty,
            "sigflow.strategy.reason" = Empty,
            "sigflow.cost_usd" = Empty,
            "sigflow.overhead_seconds" = Empty,
        )
    };
}

pub(super) fn span(kind: SpanKind, name: &str, around: Option<&Span>) -> Span {
    match kind {
        SpanKind::Program => span_of!(around, "program", name, "internal"),
        SpanKind::Module => span_of!(around, "module", name, "internal"),
        SpanKind::Prediction => span_of!(around, "prediction", name, "internal"),
        SpanKind::Chat => span_of!(around, "chat", name, "client"),
        SpanKind::Embeddings => span_of!(around, "embeddings", name, "client"),
        SpanKind::Tool => span_of!(around, "tool", name, "internal"),
        SpanKind::Attempt => span_of!(around, "attempt", name, "client"),
    }
}

pub(super) fn record(span: &Span, name: &'static str, value: &Value<'_>) {
    match value {
        Value::Text(text) => span.record(name, &**text),
        Value::Int(number) => span.record(name, number),
        Value::Float(number) => span.record(name, number),
        Value::Bool(truth) => span.record(name, truth),
        Value::Texts(texts) => span.record(name, tracing::field::debug(texts)),
    };
}

pub(super) fn failed(span: &Span, message: &str) {
    span.record("otel.status_code", "ERROR");
    span.record("otel.status_description", message);
}

macro_rules! write_event {
    ($event:expr, $name:expr) => {{
        let event = $event;
        tracing::event!(
            name: $name,
            target: "sigflow",
            Level::DEBUG,
            signature = event.signature,
            name = event.name,
            path = event.path,
            provider = event.provider,
            model = event.model,
            endpoint = event.endpoint,
            component = event.component,
            action = event.action,
            optimizer = event.optimizer,
            succeeded = event.succeeded,
            error = event.error.map(crate::ErrorKind::as_str),
            cached = event.cached,
            duration = event.duration.map(|time| time.as_secs_f64()),
            first_chunk = event.first_chunk.map(|time| time.as_secs_f64()),
            input_tokens = event.usage.map(|usage| usage.input_tokens),
            output_tokens = event.usage.map(|usage| usage.output_tokens),
            cost = event.cost,
            score = event.score,
            confidence = event.confidence,
            attempts = event.attempts,
            rate_limited = event.rate_limited,
            iteration = event.iteration,
            level = event.level,
            bytes = event.bytes,
            limit = event.limit,
            hash = event.hash,
            complexity = event.complexity,
        );
    }};
}

pub(super) fn event(event: &Event<'_>) {
    each_kind!(event, write_event);
}

/// A number in the span that it was measured in.
pub(super) fn measurement(measurement: &Measurement<'_>) {
    tracing::event!(
        name: "sigflow.measurement",
        target: "sigflow",
        Level::TRACE,
        meter = measurement.meter.name(),
        of = measurement.of,
        value = measurement.value,
    );
}
