//! Every event and every measurement, read back from the span it happened in, from the aggregates and from what
//! Prometheus reads (`rows` has the table); each measurement from what makes it (`meters`).
#![cfg(all(feature = "prometheus", feature = "tracing"))]
mod alerts;
#[cfg(feature = "openai")]
mod meters;
mod rows;
#[cfg(feature = "openai")]
mod sources;
#[cfg(feature = "openai")]
mod spans;
mod subscriber;
#[cfg(feature = "openai")]
#[path = "../support/mod.rs"]
mod support;

use rows::rows;
use sigflow_core::{Result, Scope};
use sigflow_providers::telemetry::{
    Event, EventKind, Measurement, Meter, Series, Telemetry, Window, emit, measure,
};
use std::{sync::Arc, time::Duration};
use subscriber::{Kept, subscribed};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

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
