//! Responses that are kept, telemetry and memory.
use super::{Given, Row, bytes, count, row, shown, time, word};
use sigflow::{
    Ask as _, CachePolicy, Connect as _, DynAsk, DynSignature, Eviction, Lm, Scope,
    memory::MemoryGauge,
    telemetry::{
        self, EventKind, Exporter, Rule, Series, Span, Stat, Telemetry, TelemetryBuilder, Window,
    },
    testing::Scripted,
};
use sigflow_providers::{
    ResponseCache,
    journal::{Durability, Journal},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Whether what is asked twice is answered out of a cache.
async fn asked(scope: Scope, cached: impl FnOnce(Lm) -> Lm) -> &'static str {
    let reply = "[[ ## answer ## ]]\nyes";
    let script = Scripted::new([reply; 2]);
    let lm = cached(script.lm());
    for _ in 0..2 {
        let call = question().predict().with(&lm);
        scope.clone().enter(call).await.expect("an answer");
    }
    match script.requests().len() {
        2 => "none",
        _ => "one",
    }
}

fn question() -> DynAsk {
    let signature = DynSignature::parse("question -> answer").expect("a signature");
    let ask = signature.ask([("question", "abracadabra".into())]);
    ask.expect("it fits")
}

async fn caches(rows: &mut Vec<Row>) {
    let cache = ResponseCache::new();
    rows.push(row(
        "cache of responses",
        asked(Scope::current(), |lm| lm).await,
        asked(Scope::current(), |lm| lm.cached(&cache)).await,
    ));
    // and a scope may say no to it
    let bypass = Scope::current().with_cache(CachePolicy::Bypass);
    assert_eq!(asked(bypass, |lm| lm.cached(&cache)).await, "none");
    let (one, other) = (
        ResponseCache::builder(),
        ResponseCache::builder()
            .capacity(1)
            .bytes(2 << 20)
            .eviction(Eviction::Ttl)
            .ttl(seconds(3))
            .sweep_every(seconds(4))
            .disk("replies.db")
            .disk_bounds(5, 6 << 30)
            .durability(Durability::Process),
    );
    let (bounds, others) = (
        one.clone().build().bounds().clone(),
        other.clone().build().bounds().clone(),
    );
    let expiry = |after: Option<Duration>| match after {
        None => "never".to_owned(),
        Some(after) => format!("{after:?}"),
    };
    let file = |of: &_| match shown(of, "has_disk").as_str() {
        "false" => "none",
        _ => "one",
    };
    let kept = |of: &_| {
        let disk = Given(shown(of, "disk"));
        let [entries, size] = ["entries", "bytes"].map(|field| shown(&disk, field));
        format!("{} and {}", count(&entries), bytes(&size))
    };
    let power = |of: &_| format!("`{}`", shown(of, "durability"));
    rows.extend([
        row(
            "entries in memory",
            count(&bounds.entries.to_string()),
            count(&others.entries.to_string()),
        ),
        row(
            "bytes in memory",
            bytes(&bounds.bytes.to_string()),
            bytes(&others.bytes.to_string()),
        ),
        row(
            "the response that goes first",
            word(bounds.eviction),
            word(others.eviction),
        ),
        row("responses expire", expiry(bounds.ttl), expiry(others.ttl)),
        row(
            "expired responses are looked for every",
            time(&format!("{:?}", bounds.sweep)),
            time(&format!("{:?}", others.sweep)),
        ),
        row("file", file(&one), file(&other)),
        row("responses in a file", kept(&one), kept(&other)),
        row(
            "what a response in a file survives",
            power(&one),
            power(&other),
        ),
    ]);
    let one = Journal::builder();
    let other = Journal::builder()
        .durability(Durability::Process)
        .patience(seconds(1))
        .queue_bytes(2 << 20)
        .most_waiting_reads(7);
    rows.extend([
        row(
            "what an entry of a journal survives",
            power_of(&one),
            power_of(&other),
        ),
        row(
            "wait for the file of a journal",
            time(&shown(&one, "patience")),
            time(&shown(&other, "patience")),
        ),
        row(
            "bytes that wait to be written",
            bytes(&shown(&one, "queue")),
            bytes(&shown(&other, "queue")),
        ),
        row(
            "reads that wait for the file of a journal",
            count(&shown(&one, "most_waiting_reads")),
            count(&shown(&other, "most_waiting_reads")),
        ),
    ]);
}

fn power_of(of: &sigflow_providers::journal::JournalBuilder) -> String {
    format!("`{}`", shown(of, "durability"))
}

/// What is told of a call that says a secret word.
#[derive(Default)]
struct Told(Mutex<(usize, bool)>);
impl telemetry::Sink for Told {
    fn event(&self, event: &telemetry::Event<'_>) {
        if event.kind == EventKind::ProviderResponse {
            self.0.lock().expect("no panic").0 += 1;
        }
    }
    fn span(&self, span: &Span) {
        self.0.lock().expect("no panic").1 |= format!("{span:?}").contains("abracadabra");
    }
}

async fn told(scope: impl FnOnce(Scope, Arc<Told>) -> Scope) -> (String, String) {
    let told = Arc::new(Told::default());
    let scope = scope(Scope::current(), told.clone());
    let lm = Scripted::new(["[[ ## answer ## ]]\nyes"]).lm();
    let call = question().predict().with(&lm);
    scope.run("run", call).await.expect("an answer");
    let (events, content) = *told.0.lock().expect("no panic");
    let watches = if events == 0 { "nobody" } else { "somebody" };
    (
        watches.to_owned(),
        if content { "yes" } else { "no" }.to_owned(),
    )
}

/// The exporter, which is there with the feature `otel`, as in these tests.
fn exports(rows: &mut Vec<Row>) {
    let one = Exporter::builder("http://127.0.0.1:4318");
    let other = Exporter::builder("http://127.0.0.1:4318")
        .queue_limit(1 << 20)
        .timeout(seconds(1))
        .openinference(true);
    let asks = |debug: &str| debug.replace("None", "where the resource asks for them");
    for (what, field, form) in [
        (
            "bytes of spans on their way out (feature `otel`)",
            "queue_limit",
            bytes as fn(&str) -> String,
        ),
        ("time of an export (feature `otel`)", "timeout", time),
        (
            "spans in the words of Phoenix and Arize too (feature `otel`)",
            "openinference",
            asks,
        ),
    ] {
        let [ours, set] = [&one, &other].map(|of| form(&shown(of, field)));
        rows.push(row(what, ours, set));
    }
}

async fn watched(rows: &mut Vec<Row>) {
    let unwatched = told(|scope, _| scope).await;
    let plain = told(|scope, told| scope.with_sink(told)).await;
    let open = told(|scope, told| scope.with_sink(told).with_content(true)).await;
    rows.push(row("who watches", unwatched.0, plain.0));
    rows.push(row("prompts and replies in spans", plain.1, open.1));
    let one = Telemetry::builder();
    let other = Telemetry::builder()
        .memory_limit(1 << 20)
        .aggregate_every(seconds(1))
        .export_every(seconds(2))
        .alerts_every(seconds(3));
    let figure = |of: &TelemetryBuilder, field| time(&shown(of, field));
    rows.push(row(
        "bytes of aggregates",
        bytes(&shown(&one, "memory_limit")),
        bytes(&shown(&other, "memory_limit")),
    ));
    for (what, field) in [
        ("aggregates are made every", "aggregate_every"),
        ("aggregates are exported every", "export_every"),
        ("alert rules are looked at every", "alerts_every"),
    ] {
        rows.push(row(what, figure(&one, field), figure(&other, field)));
    }
    exports(rows);
    let rule = || Rule::threshold("slow", Series::ProviderLatency, Stat::P95, 1.0);
    let window = |rule: &Rule| {
        let shown = shown(rule, "window");
        let all = Window::ALL.iter().find(|it| format!("{it:?}") == shown);
        all.map_or("", |window| window.name())
    };
    rows.push(row(
        "window of a rule",
        window(&rule()),
        window(&rule().over(Window::Day)),
    ));
}

/// Whether a call is sent away while a gauge holds as much as there can be.
fn memory(rows: &mut Vec<Row>) {
    let verdict = |gauge: Option<MemoryGauge>| {
        let held = gauge.as_ref().map(|gauge| gauge.hold("stream", 1 << 30));
        let admitted = gauge.as_ref().is_none_or(|gauge| gauge.admit().is_ok());
        drop(held);
        if admitted { "no bound" } else { "bounded" }
    };
    rows.push(row(
        "bytes of all buffers",
        verdict(None),
        verdict(Some(MemoryGauge::new(1 << 20))),
    ));
    let comes_back = |gauge: MemoryGauge| {
        let _held = gauge.hold("stream", 1 << 30);
        let error = gauge.admit().expect_err("there is no room");
        time(&format!("{:?}", error.retry_after().expect("a time")))
    };
    rows.push(row(
        "calls that memory has no room for come back after",
        comes_back(MemoryGauge::new(1 << 20)),
        comes_back(MemoryGauge::with_retry_after(1 << 20, seconds(7))),
    ));
}

pub(super) async fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    caches(&mut rows).await;
    watched(&mut rows).await;
    memory(&mut rows);
    rows
}
