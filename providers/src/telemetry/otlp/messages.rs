//! The messages of OTLP 1 (opentelemetry-proto, `trace/v1/trace.proto` and `metrics/v1/metrics.proto`); the numbers
//! of fields are theirs.
use super::{openinference, proto::Message};
use crate::telemetry::{
    Form, Key, Span, Telemetry, Value,
    conventions::exported,
    store::{Total, bounds},
};
use std::time::{SystemTime, UNIX_EPOCH};

/// The conventions that the names of attributes are of.
const SCHEMA: &str = "https://opentelemetry.io/schemas/1.41.1";

/// What is said of the process in every message.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// Whether spans say some of it in the words of `OpenInference` too.
    pub(super) openinference: bool,
    pub(super) attributes: Vec<(String, String)>,
}

pub(super) fn nanos(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn attribute(message: &mut Message, field: u32, name: &str, value: &Value<'_>) {
    message.message(field, |pair| {
        pair.bytes(1, name.as_bytes());
        pair.message(2, |any| self::value(any, value));
    });
}

fn value(any: &mut Message, value: &Value<'_>) {
    match value {
        Value::Text(text) => any.bytes(1, text.as_bytes()),
        Value::Bool(truth) => any.number(2, u64::from(*truth)),
        // two's complement, as protobuf has negative numbers
        Value::Int(number) => any.number(3, number.cast_unsigned()),
        Value::Float(number) => any.double(4, *number),
        Value::Texts(texts) => any.message(5, |list| {
            for text in texts {
                list.message(1, |any| any.bytes(1, text.as_bytes()));
            }
        }),
        _ => {}
    }
}

fn resource(message: &mut Message, resource: &Resource) {
    message.message(1, |of| {
        for (name, value) in &resource.attributes {
            attribute(of, 1, name, &value.as_str().into());
        }
        for (name, value) in [
            ("telemetry.sdk.name", "sigflow"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ] {
            attribute(of, 1, name, &value.into());
        }
    });
}

fn scope(message: &mut Message) {
    message.message(1, |of| {
        of.bytes(1, b"sigflow");
        of.bytes(2, env!("CARGO_PKG_VERSION").as_bytes());
    });
}

/// `ExportTraceServiceRequest`.
pub(super) fn traces(of: &Resource, spans: &[Span]) -> Vec<u8> {
    let mut request = Message::default();
    request.message(1, |all| {
        resource(all, of);
        all.message(2, |scoped| {
            scope(scoped);
            for one in spans {
                scoped.message(2, |message| span(message, one, of.openinference));
            }
            scoped.bytes(3, SCHEMA.as_bytes());
        });
        all.bytes(3, SCHEMA.as_bytes());
    });
    request.into_bytes()
}

fn span(message: &mut Message, span: &Span, openinference: bool) {
    message.bytes(1, &span.trace.to_be_bytes());
    message.bytes(2, &span.id.to_be_bytes());
    if let Some(parent) = span.parent {
        message.bytes(4, &parent.to_be_bytes());
    }
    message.bytes(5, span.name.as_bytes());
    message.number(6, if span.kind.is_client() { 3 } else { 1 });
    message.fixed(7, nanos(span.start));
    message.fixed(8, nanos(span.start + span.duration));
    for (name, value) in &span.attributes {
        attribute(message, 9, name, value);
    }
    if openinference {
        openinference::of(span, &mut |name, value| {
            attribute(message, 9, name, value);
        });
    }
    let failed = span.error.is_some() || span.attribute("error.type").is_some();
    if failed {
        message.message(15, |status| {
            if let Some(error) = &span.error {
                status.bytes(2, error.as_bytes());
            }
            status.number(3, 2);
        });
    }
}

/// `ExportMetricsServiceRequest`: all series since the beginning.
pub(super) fn metrics(of: &Resource, telemetry: &Telemetry, began: SystemTime) -> Vec<u8> {
    let now = SystemTime::now();
    let times = (nanos(began), nanos(now));
    let totals = telemetry.store().totals();
    let mut request = Message::default();
    request.message(1, |all| {
        resource(all, of);
        all.message(2, |scoped| {
            scope(scoped);
            exported(totals, |members| metric(scoped, members, times));
            scoped.bytes(3, SCHEMA.as_bytes());
        });
        all.bytes(3, SCHEMA.as_bytes());
    });
    request.into_bytes()
}

/// All members of one series.
fn metric(scoped: &mut Message, members: &[(Key, Total)], (began, now): (u64, u64)) {
    let series = members[0].0.series;
    let (name, unit) = series.metric();
    scoped.message(2, |metric| {
        metric.bytes(1, name.as_bytes());
        metric.bytes(3, unit.as_bytes());
        let form = series.form();
        let field = match form {
            Form::Gauge => 5,
            _ if series.is_sum() => 7,
            _ => 9,
        };
        metric.message(field, |data| {
            for (key, total) in members {
                data.message(1, |point| {
                    point.fixed(2, began);
                    point.fixed(3, now);
                    match field {
                        5 => point.double(4, total.last),
                        7 => point.double(4, total.sum),
                        _ => {
                            point.fixed(4, total.count);
                            point.double(5, total.sum);
                            if let (Some(bounds), Some(counts)) = (bounds(form), &total.buckets) {
                                let packed = |all: &mut dyn Iterator<Item = u64>| -> Vec<u8> {
                                    all.flat_map(u64::to_le_bytes).collect()
                                };
                                point.bytes(6, &packed(&mut counts.iter().copied()));
                                let bounds = &mut bounds.iter().map(|bound| bound.to_bits());
                                point.bytes(7, &packed(bounds));
                            }
                        }
                    }
                    // attributes have another number in a histogram's point
                    let attributes = if field == 9 { 9 } else { 7 };
                    for (name, value) in key.attributes() {
                        attribute(point, attributes, name, &value.into());
                    }
                });
            }
            if field != 5 {
                // cumulative
                data.number(2, 2);
            }
            if field == 7 {
                data.number(3, 1);
            }
        });
    });
}

/// Bytes that a span takes in a queue, about.
pub(super) fn size(span: &Span) -> usize {
    let of = |value: &Value<'_>| match value {
        Value::Text(text) => text.len(),
        Value::Texts(texts) => texts.iter().map(|text| text.len() + 24).sum(),
        _ => 0,
    };
    let attributes = span
        .attributes
        .iter()
        .map(|(_, value)| size_of::<(&str, Value<'_>)>() + of(value));
    let error = span.error.as_ref().map_or(0, String::len);
    size_of::<Span>() + span.name.len() + error + attributes.sum::<usize>()
}
