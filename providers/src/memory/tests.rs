//! Levels, order of giving way, and what callers are told.
use super::{Held, HistoryOf, MemoryGauge, Sheds};
use crate::{
    retry::Retry,
    telemetry::{Series, Telemetry, Window},
};
use sigflow_core::{Prefix, Request, testing::Scripted};
use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

struct Part(&'static str, AtomicUsize, bool);
impl Sheds for Part {
    fn name(&self) -> &str {
        self.0
    }
    fn bytes(&self) -> usize {
        self.1.load(Relaxed)
    }
    fn shed(&self, wanted: usize) -> usize {
        if !self.2 {
            return 0;
        }
        let freed = wanted.min(self.bytes());
        self.1.fetch_sub(freed, Relaxed);
        freed
    }
}
fn part(name: &'static str, bytes: usize, gives: bool) -> Arc<Part> {
    Arc::new(Part(name, AtomicUsize::new(bytes), gives))
}

fn request() -> Request {
    Request::new(Prefix::new(String::new().into()), vec![])
}

#[test]
fn each_mark_is_told_once_in_both_directions() {
    let telemetry = Telemetry::new();
    let gauge = MemoryGauge::new(1000).telling(Arc::new(telemetry.clone()));
    let queue = part("queue", 0, false);
    gauge.register(&queue);
    let mut levels = Vec::new();
    for bytes in [0, 699, 700, 849, 850, 949, 950, 2000, 949, 100] {
        queue.1.store(bytes, Relaxed);
        levels.push(gauge.check());
    }
    assert_eq!(levels, [0, 0, 1, 1, 2, 2, 3, 3, 2, 0]);
    let told = telemetry.total(Series::Events, &[("event", "sigflow.memory.pressure")]);
    assert_eq!(told.0, 5);
    let now = telemetry.summary(Series::MemoryPressureLevel, &[], Window::Minute);
    assert_eq!(now.map(|now| (now.last, now.max)), Some((0.0, 3.0)));
}

#[test]
fn caches_give_way_before_calls_do() {
    let gauge = MemoryGauge::with_retry_after(1000, Duration::from_secs(7));
    let (cache, queue) = (part("cache", 500, true), part("queue", 460, false));
    gauge.register(&cache);
    gauge.register(&queue);
    assert!(gauge.admit().is_ok());
    assert_eq!((cache.bytes(), queue.bytes()), (380, 460));
    queue.1.store(990, Relaxed);
    let error = gauge.admit().unwrap_err();
    assert_eq!(cache.bytes(), 0);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_retryable() && error.to_string().contains("990 of 1000 bytes"));
    drop(queue);
    assert!(gauge.admit().is_ok());
    assert_eq!(gauge.components(), [("cache".to_owned(), 0)]);
}

/// Calls that were let in grow while no other comes.
#[test]
fn caches_give_way_to_what_grows() {
    let gauge = MemoryGauge::new(1000);
    let cache = part("cache", 800, true);
    gauge.register(&cache);
    let mut reply = gauge.hold("stream", 100);
    assert_eq!((cache.bytes(), gauge.level()), (800, 2));
    for _ in 0..6 {
        reply.grow(10);
    }
    assert!(gauge.level() < 3 && gauge.used() < 950, "{gauge:?}");
    assert!(cache.bytes() < 800);
    // and nothing is left of it
    drop(reply);
    cache.shed(usize::MAX);
    assert_eq!(gauge.used(), 0);
}

/// Who is told of pressure may hold memory itself.
#[test]
fn a_sink_may_hold_bytes_of_the_gauge_that_tells_it() {
    struct Holds(std::sync::Mutex<Vec<Held>>, MemoryGauge);
    impl sigflow_core::telemetry::Sink for Holds {
        fn event(&self, _: &sigflow_core::telemetry::Event<'_>) {
            let held = self.1.hold("told", 16);
            self.0.lock().unwrap().push(held);
        }
    }
    let gauge = MemoryGauge::new(1000);
    let sink = Arc::new(Holds(std::sync::Mutex::default(), gauge.clone()));
    let gauge = gauge.telling(sink.clone());
    let reply = gauge.hold("stream", 960);
    assert_eq!(gauge.level(), 3);
    assert_eq!(gauge.used(), 960 + 16 * sink.0.lock().unwrap().len());
    drop(reply);
    assert_eq!(gauge.check(), 0);
}

#[tokio::test]
async fn as_a_gate_it_holds_attempts_back() {
    let gauge = MemoryGauge::new(1000);
    let script = Scripted::new(["fine"]);
    let lm = Retry::new(script.lm()).gate(Arc::new(gauge.clone())).lm();
    let held = gauge.hold("stream", 999);
    let error = lm.complete(request()).await.unwrap_err();
    assert!(
        error.is_rate_limited() && error.retry_after().is_some(),
        "{error}"
    );
    assert!(script.requests().is_empty(), "nothing was sent");
    drop(held);
    lm.complete(request()).await.unwrap();
}

#[tokio::test]
async fn a_history_forgets_its_oldest_calls() {
    let lm = Scripted::new(vec!["x".repeat(1000); 20])
        .lm()
        .with_content_history();
    for _ in 0..20 {
        lm.complete(request()).await.unwrap();
    }
    let history = Arc::new(HistoryOf::new(&lm));
    let bytes = history.bytes();
    assert!((20_000..60_000).contains(&bytes), "{bytes}");
    let gauge = MemoryGauge::new(bytes);
    gauge.register(&history);
    assert!(gauge.check() < 3);
    let left = lm.history();
    assert!(left.len() < 20 && left.last().map(|call| call.id) == Some(20));
    assert!(history.bytes() <= bytes * 85 / 100);
}

/// A sink that asks the gauge again, as one does that draws what is in use.
struct Asks(Mutex<Option<MemoryGauge>>, AtomicUsize);
impl sigflow_core::telemetry::Sink for Asks {
    fn event(&self, _: &sigflow_core::telemetry::Event<'_>) {
        if let Some(gauge) = &*self.0.lock().unwrap() {
            gauge.check();
        }
        self.1.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_sink_may_ask_the_gauge() {
    let asks = Arc::new(Asks(Mutex::default(), AtomicUsize::new(0)));
    let gauge = MemoryGauge::new(1000).telling(asks.clone());
    *asks.0.lock().unwrap() = Some(gauge.clone());
    let _held = gauge.hold("stream", 900);
    assert_eq!(gauge.check(), 2);
    assert_eq!(asks.1.load(Relaxed), 1);
}

#[test]
fn a_sink_of_the_scope_is_not_told_twice() {
    let telemetry = Telemetry::new();
    let gauge = MemoryGauge::new(1000).telling(Arc::new(telemetry.clone()));
    let _held = gauge.hold("stream", 960);
    let inside = telemetry.watch(async { gauge.admit().is_err() });
    // watched twice, it is told once too
    assert!(block(telemetry.watch(inside)));
    let count = |series, labels: &[(&str, &str)]| telemetry.total(series, labels).0;
    assert_eq!(count(Series::BackpressureActivations, &[]), 1);
    let pressure = [("event", "sigflow.memory.pressure")];
    assert_eq!(count(Series::Events, &pressure), 1);
}

fn block<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// Whom the gauge sends away no server has refused: limits, queues and breakers learn nothing of it.
#[tokio::test(start_paused = true)]
async fn what_memory_refuses_is_not_the_servers_refusal() {
    use crate::{Concurrency, Limit, Limiter, Queue, route::Router};
    let gauge = MemoryGauge::with_retry_after(100, Duration::from_mins(1));
    let held = gauge.hold("stream", 100);
    let script = Scripted::new(["yes"; 2]);
    let gated = Retry::new(script.lm())
        .retries(0)
        .gate(Arc::new(gauge.clone()))
        .lm();
    let (queue, limiter) = (
        Queue::new(Concurrency::fixed(8)),
        Limiter::new(Limit::new().requests(60)),
    );
    let lm = queue.around(&limiter.around(&gated));
    let error = lm.complete(request()).await.unwrap_err();
    assert!(
        error.is_rate_limited() && error.retry_after() == Some(Duration::from_mins(1)),
        "{error}"
    );
    assert_eq!(error.phase(), Some(sigflow_core::Phase::Pool));
    drop(held);
    // at once, though the error said a minute
    let began = tokio::time::Instant::now();
    lm.complete(request()).await.unwrap();
    assert_eq!((began.elapsed(), queue.load().places), (Duration::ZERO, 8));
    let router = Router::new([lm.clone(), lm])
        .gate(Arc::new(gauge.clone()))
        .lm();
    let held = gauge.hold("stream", 100);
    router.complete(request()).await.unwrap_err();
    drop(held);
    router.complete(request()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_gauge_that_ticks_reports() {
    let telemetry = Telemetry::new();
    let gauge = MemoryGauge::new(1000).telling(Arc::new(telemetry.clone()));
    let _held = gauge.hold("stream", 720);
    let ticking = gauge.start().unwrap();
    tokio::time::sleep(Duration::from_secs(11)).await;
    let used = telemetry.summary(
        Series::MemoryUsage,
        &[("component", "stream")],
        Window::Minute,
    );
    assert_eq!(used.map(|used| used.last), Some(720.0));
    assert_eq!(gauge.level(), 1);
    drop(ticking);
}

/// A request of so many bytes beside what each has.
fn heavy(bytes: usize) -> Request {
    let message = sigflow_core::Message::user("x".repeat(bytes));
    Request::new(Prefix::new(String::new().into()), message)
}

/// Calls that wait behind one that never ends are counted, up to their bound.
async fn waits_are_counted(lm: sigflow_core::Lm, part: Arc<impl Sheds>) {
    let gauge = MemoryGauge::new(50_000);
    gauge.register(&part);
    let spawn = |bytes| tokio::spawn(lm.complete(heavy(bytes)));
    let first = spawn(40_000);
    tokio::task::yield_now().await;
    assert_eq!(part.bytes(), 0, "it is under way");
    let waiting = [spawn(20_000), spawn(10_000)];
    tokio::task::yield_now().await;
    let bytes = part.bytes();
    assert!((30_000..32_000).contains(&bytes), "{bytes}");
    assert_eq!(
        gauge.components(),
        [("queue".to_owned(), bytes as u64)],
        "its name"
    );
    // no more than 40,000
    let error = lm.complete(heavy(10_000)).await.unwrap_err();
    let said = error.to_string();
    assert!(error.is_pool_timeout() && said.contains("bytes"), "{said}");
    assert!(error.retry_after().is_some());
    assert_eq!(part.bytes(), bytes);
    // they do not give way: what is new does
    let held = gauge.hold("stream", 20_000);
    assert!(gauge.admit().unwrap_err().is_rate_limited());
    assert_eq!(part.bytes(), bytes);
    drop(held);
    let [second, third] = waiting;
    third.abort();
    let _ = third.await;
    assert!((20_000..21_000).contains(&part.bytes()));
    for task in [second, first] {
        task.abort();
        let _ = task.await;
    }
    assert_eq!(part.bytes(), 0);
}

fn never() -> sigflow_core::Lm {
    sigflow_core::Lm::from_fn(|_| std::future::pending())
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_in_a_queue_have_a_size() {
    let rule = crate::Concurrency::fixed(1).most_waiting_bytes(40_000);
    let queue = crate::Queue::new(rule);
    waits_are_counted(queue.around(&never()), Arc::new(queue.clone())).await;
    assert_eq!((queue.load().waiting, queue.load().waiting_bytes), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_limit_have_a_size() {
    let limit = crate::Limit::new().requests(1).burst(Duration::ZERO);
    let limiter = crate::Limiter::new(limit.most_waiting_bytes(40_000));
    waits_are_counted(limiter.around(&never()), Arc::new(limiter.clone())).await;
    let left = limiter.left();
    assert_eq!((left.waiting, left.waiting_bytes), (0, 0));
}

#[test]
fn signatures_give_way() {
    let signatures = sigflow_core::SignatureCache::new();
    for number in 0..50 {
        let text = format!("question_{number} -> answer");
        signatures.parse(&text).unwrap();
    }
    let bytes = signatures.bytes();
    let gauge = MemoryGauge::new(bytes);
    let buffer = Arc::new(signatures.clone());
    gauge.register(&buffer);
    assert_eq!(
        gauge.components(),
        [("signatures".to_owned(), bytes as u64)]
    );
    assert!(gauge.check() < 3);
    let stats = signatures.stats(1);
    assert!(stats.bytes <= bytes * 85 / 100 && stats.evictions > 5);
    assert_eq!(stats.hottest, ["question_49 -> answer"]);
    // what gave way is made again
    signatures.parse("question_0 -> answer").unwrap();
    assert_eq!(signatures.stats(0).misses, 51);
}
