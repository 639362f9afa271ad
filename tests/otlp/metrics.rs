//! Metrics that are the conventions' have the attributes that those require, v1.41.1.
use super::{read, serve::Collector};
use sigflow::{
    ErrorKind, Scope, Usage,
    telemetry::{Event, EventKind, Exporter, Telemetry, emit},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// Requests of all kinds: one that went well, one in pieces, one that failed, one for vectors.
fn requests() -> [Event<'static>; 4] {
    let chat = Event::new(EventKind::ProviderResponse)
        .provider("openai")
        .model("small")
        .endpoint("chat")
        .duration(Duration::from_millis(250));
    let failed = chat.error(ErrorKind::RateLimited);
    let vectors = chat.endpoint("embeddings").model("vectors");
    [
        chat.usage(Usage::new(50, 10)),
        chat.usage(Usage::new(7, 1))
            .first_chunk(Duration::from_millis(125)),
        failed.duration(Duration::from_millis(50)),
        vectors.usage(Usage::new(3, 0)),
    ]
}

/// What a member is told by, how many there were, and their sum.
type Member = (&'static str, u64, f64);

/// Metric, unit, and members.
fn expected() -> Vec<(&'static str, &'static str, Vec<Member>)> {
    vec![
        (
            "gen_ai.client.operation.duration",
            "s",
            vec![
                ("chat openai small", 2, 0.5),
                ("chat openai small error.type=rate_limited", 1, 0.05),
                ("embeddings openai vectors", 1, 0.25),
            ],
        ),
        (
            "gen_ai.client.operation.time_to_first_chunk",
            "s",
            vec![("chat openai small", 1, 0.125)],
        ),
        (
            "gen_ai.client.token.usage",
            "{token}",
            vec![
                ("chat openai small gen_ai.token.type=input", 2, 57.0),
                ("chat openai small gen_ai.token.type=output", 2, 11.0),
                ("embeddings openai vectors gen_ai.token.type=input", 1, 3.0),
                ("embeddings openai vectors gen_ai.token.type=output", 1, 0.0),
            ],
        ),
    ]
}

#[tokio::test]
async fn metrics_have_what_the_conventions_require() {
    let collector = Collector::start().await;
    let telemetry = Telemetry::new();
    let exporter = Exporter::builder(&collector.url).metrics(&telemetry);
    let exporter = exporter.build().unwrap();
    let scope = Scope::current().with_sink(Arc::new(telemetry));
    scope
        .enter(async {
            for request in requests() {
                emit(|| request);
            }
        })
        .await;
    exporter.flush().await.unwrap();

    let sent = read::metrics(&collector.sent("/v1/metrics")[0]);
    for (name, unit, members) in expected() {
        let metric = sent.iter().find(|metric| metric.name == name);
        let metric = metric.unwrap_or_else(|| panic!("no {name} in {sent:#?}"));
        assert_eq!((&*metric.unit, metric.form), (unit, "histogram"), "{name}");
        let mut found = BTreeMap::new();
        for point in &metric.points {
            assert_eq!(point.buckets.iter().sum::<u64>(), point.count, "{name}");
            assert_eq!(
                (point.buckets.len(), point.bounds.len()),
                (15, 14),
                "{name}"
            );
            let mut rest = point.attributes.clone();
            let mut take = |key: &str| {
                let value = rest.remove(&format!("gen_ai.{key}"));
                value.unwrap_or_else(|| panic!("{name} without {key}: {point:?}"))
            };
            let mut told = ["operation.name", "provider.name", "request.model"]
                .map(&mut take)
                .join(" ");
            for (key, value) in rest {
                told = format!("{told} {key}={value}");
            }
            found.insert(told, (point.count, point.value));
        }
        let members = members.into_iter();
        let members = members.map(|(told, count, sum)| (told.to_owned(), (count, sum)));
        assert_eq!(found, members.collect(), "{name}");
    }
    // and no other name of theirs is taken
    let theirs = sent
        .iter()
        .filter(|metric| metric.name.starts_with("gen_ai."));
    let theirs: BTreeSet<&str> = theirs.map(|metric| &*metric.name).collect();
    assert_eq!(theirs, expected().iter().map(|row| row.0).collect());
}
