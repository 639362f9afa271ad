//! Section 5: windows, percentiles, intervals, the bound of memory, levels of pressure.
use crate::{assert_all, shown};
use sigflow_providers::{
    memory::MemoryGauge,
    telemetry::{Event, EventKind, Rule, Series, Sink, Stat, Summary, Telemetry, Window},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{advance, sleep};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn over(telemetry: &Telemetry, window: Window) -> Option<Summary> {
    telemetry.summary(Series::ProviderLatency, &[], window)
}

fn put(telemetry: &Telemetry, value: f64) {
    telemetry.record(Series::ProviderLatency, &["openai", "chat"], value);
}

/// 1m 60 s, 5m 300, 15m 900, 1h 3,600, 24h 86,400: what is as old is not in it any more.
#[tokio::test(start_paused = true)]
async fn windows() {
    let wanted = [
        ("1m", 60),
        ("5m", 300),
        ("15m", 900),
        ("1h", 3_600),
        ("24h", 86_400),
    ];
    assert_eq!(Window::ALL.map(|it| (it.name(), it.seconds())), wanted);
    let telemetry = Telemetry::new();
    put(&telemetry, 1.0);
    let mut now = 0;
    for (window, (name, length)) in Window::ALL.into_iter().zip(wanted) {
        advance(seconds(length - 1 - now)).await;
        let before = over(&telemetry, window).map_or(0, |it| it.count);
        advance(seconds(1)).await;
        let after = over(&telemetry, window).map_or(0, |it| it.count);
        assert_eq!((before, after), (1, 0), "{name}");
        now = length;
    }
}

/// Count, sum, avg, min, max, p50, p95, p99, of which the percentiles have the index `ceil(n·p/100)`.
#[tokio::test(start_paused = true)]
async fn numbers_of_a_window() {
    // a tenth apart, and the histogram is within 2.2 %
    let value = |index: i32| 1.1_f64.powi(index);
    for n in [1, 2, 4, 19, 20, 21, 99, 100, 101, 200] {
        let telemetry = Telemetry::new();
        // not in order
        for index in 0..n {
            put(&telemetry, value(1 + index * 7 % n));
        }
        // where 7 divides n an index comes twice
        if n % 7 == 0 {
            continue;
        }
        let summary = over(&telemetry, Window::FiveMinutes).expect("numbers");
        for (percent, found) in [(50, summary.p50), (95, summary.p95), (99, summary.p99)] {
            let index = (n * percent + 99) / 100;
            let ratio = found / value(index);
            assert!(
                (ratio - 1.0).abs() < 0.023,
                "p{percent} of {n}: {found} is not number {index}"
            );
        }
        let sum: f64 = (1..=n).map(value).sum();
        assert_eq!(summary.count, u64::try_from(n).expect("a count"));
        assert!((summary.sum / sum - 1.0).abs() < 1e-9);
        assert!((summary.avg * f64::from(n) / sum - 1.0).abs() < 1e-9);
        assert_eq!((summary.min, summary.max), (value(1), value(n)));
    }
}

/// Aggregates every 60 s, alert rules every 30 s, export every 300 s; each can be set.
#[tokio::test(start_paused = true)]
async fn intervals() {
    let told: Arc<AtomicUsize> = Arc::default();
    let counts = told.clone();
    let rule = Rule::threshold("slow", Series::ProviderLatency, Stat::Max, 2.0);
    let builder = Telemetry::builder().alert(rule.over(Window::Minute), move |_| {
        counts.fetch_add(1, Relaxed);
    });
    let defaults = builder.clone();
    let telemetry = builder.build();
    let _ticking = telemetry.start().expect("it ticks");
    let mut seen: Vec<(u64, usize, usize)> = Vec::new();
    for at in [29_500, 30_500, 59_500, 60_500] {
        put(&telemetry, 3.0);
        let now = seen.last().map_or(0, |(at, ..)| *at);
        sleep(Duration::from_millis(at - now)).await;
        seen.push((at, told.load(Relaxed), telemetry.aggregates().len()));
    }
    // once for the rule; a number stands in each of five windows
    assert_eq!(
        seen,
        [
            (29_500, 0, 0),
            (30_500, 1, 0),
            (59_500, 1, 0),
            (60_500, 1, 5)
        ]
    );
    let set = Telemetry::builder()
        .aggregate_every(seconds(1))
        .export_every(seconds(2))
        .alerts_every(seconds(3));
    assert_all(&[
        ("aggregate", shown(&defaults, "aggregate_every"), "60s"),
        ("export", shown(&defaults, "export_every"), "300s"),
        (
            "export of a telemetry",
            format!("{:?}", telemetry.export_interval()),
            "300s",
        ),
        ("alert rules", shown(&defaults, "alerts_every"), "30s"),
        ("aggregate, set", shown(&set, "aggregate_every"), "1s"),
        ("export, set", shown(&set, "export_every"), "2s"),
        ("alert rules, set", shown(&set, "alerts_every"), "3s"),
    ]);
}

/// And the exporter keeps to it.
#[cfg(feature = "otel")]
#[tokio::test(start_paused = true)]
async fn exports_every_300_s() {
    use sigflow_providers::telemetry::Exporter;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let heads: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = heads.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut bytes = [0; 16_384];
            let length = socket.read(&mut bytes).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..length]);
            let head = text.lines().next().unwrap_or_default().to_owned();
            seen.lock().expect("no panic").push(head);
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = socket.write_all(answer).await;
        }
    });
    let telemetry = Telemetry::new();
    put(&telemetry, 1.0);
    let exporter = Exporter::builder(format!("http://{address}")).metrics(&telemetry);
    let exporter = exporter.build().expect("an exporter");
    let count = || heads.lock().expect("no panic").len();
    sleep(seconds(299)).await;
    let before = count();
    sleep(seconds(2)).await;
    assert_eq!((before, count()), (0, 1));
    assert!(heads.lock().expect("no panic")[0].starts_with("POST /v1/metrics "));
    drop(exporter);
}

/// Histograms of a fixed size and never the numbers themselves, within a bound.
#[tokio::test(start_paused = true)]
async fn memory_is_bounded() {
    let telemetry = Telemetry::new();
    let some = |count: u32| {
        for number in 0..count {
            put(&telemetry, f64::from(number % 1000) / 100.0);
        }
        telemetry.bytes()
    };
    let (first, then) = (some(2_000), some(200_000));
    assert_eq!(first, then, "as many bytes for a hundred times the numbers");
    // a label that is new each time
    let limit = 16 * 1024 * 1024;
    for number in 0..40_000 {
        let name = format!("endpoint {number} {}", "x".repeat(200));
        telemetry.record(Series::ProviderLatency, &["openai", &name], 1.0);
    }
    let bytes = telemetry.bytes();
    assert!(bytes <= limit && bytes > limit / 2, "{bytes} of {limit}");
    assert_eq!(
        shown(&Telemetry::builder(), "memory_limit"),
        limit.to_string()
    );
}

#[derive(Default)]
struct Levels(Mutex<Vec<(Option<u64>, Option<u64>)>>);

impl Sink for Levels {
    fn event(&self, event: &Event<'_>) {
        if event.kind == EventKind::MemoryPressure {
            let level = (event.bytes, event.level);
            self.0.lock().expect("no panic").push(level);
        }
    }
}

/// Levels 1, 2, 3 at 70, 85, 95 % of the limit.
#[test]
fn pressure() {
    let levels = Arc::new(Levels::default());
    let gauge = MemoryGauge::new(1000).telling(levels.clone());
    let level = |bytes: usize| {
        let _held = gauge.hold("stream", bytes);
        gauge.check()
    };
    let rows = [699, 700, 849, 850, 949, 950, 1000].map(|bytes| (bytes, level(bytes)));
    assert_eq!(
        rows,
        [
            (699, 0),
            (700, 1),
            (849, 1),
            (850, 2),
            (949, 2),
            (950, 3),
            (1000, 3)
        ]
    );
    let told = levels.0.lock().expect("no panic").clone();
    let wanted = [(700, 1), (850, 2), (950, 3)].map(|(bytes, level)| (Some(bytes), Some(level)));
    assert_eq!(told, wanted);
}
