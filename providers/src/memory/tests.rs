//! Levels, order of giving way, and what callers are told.
use super::{HistoryOf, MemoryGauge, Sheds};
use crate::{
    retry::Retry,
    telemetry::{Series, Telemetry, Window},
};
use sigflow_core::{Prefix, Request, testing::Scripted};
use std::{
    sync::{
        Arc,
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
