//! Rules that begin to hold and end.
use sigflow_providers::telemetry::{Alert, Rule, Series, Stat, Telemetry, Window};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

#[tokio::test(start_paused = true)]
async fn alerts_begin_and_end() {
    let told: Arc<Mutex<Vec<Alert>>> = Arc::default();
    let tell = |told: &Arc<Mutex<Vec<Alert>>>| {
        let told = told.clone();
        move |alert: &Alert| told.lock().unwrap().push(alert.clone())
    };
    let telemetry = Telemetry::builder()
        .alert(
            Rule::threshold("slow", Series::ProviderLatency, Stat::P95, 2.0).over(Window::Minute),
            tell(&told),
        )
        .alert(
            Rule::rate("errors", Series::ProviderRequestsError, 0.5).over(Window::Minute),
            tell(&told),
        )
        .alert(
            Rule::ratio("slower", Series::ProviderLatency, Stat::Avg, 1.5)
                .over(Window::Minute)
                .against(Window::Hour),
            tell(&told),
        )
        .build();
    let _ticking = telemetry.start().unwrap();
    let latency = |seconds: f64, times: usize| {
        for _ in 0..times {
            telemetry.record(Series::ProviderLatency, &["openai", "chat"], seconds);
        }
    };
    let sleep = tokio::time::sleep;
    let names = || -> Vec<(String, bool)> {
        let all = std::mem::take(&mut *told.lock().unwrap());
        all.iter()
            .map(|alert| (alert.rule.to_string(), alert.fires))
            .collect()
    };
    // a calm while
    for _ in 0..30 {
        latency(1.0, 10);
        sleep(Duration::from_mins(1)).await;
    }
    assert_eq!(names(), []);
    assert!(!telemetry.aggregates().is_empty());
    // then it is slow, and fails
    latency(3.0, 100);
    for _ in 0..40 {
        telemetry.record(Series::ProviderRequestsError, &["openai", "server"], 1.0);
    }
    sleep(Duration::from_secs(31)).await;
    let mut found = names();
    found.sort();
    let all = ["errors", "slow", "slower"];
    assert_eq!(found, all.map(|rule| (rule.to_owned(), true)));
    // each is told once
    sleep(Duration::from_secs(15)).await;
    assert_eq!(names(), []);
    sleep(Duration::from_mins(2)).await;
    let mut found = names();
    found.sort();
    assert_eq!(found, all.map(|rule| (rule.to_owned(), false)));
}

/// What fired and made room for other members is over; a callback that panics keeps nobody from being told.
#[tokio::test(start_paused = true)]
async fn alerts_of_members_that_went_end() {
    let told: Arc<Mutex<Vec<Alert>>> = Arc::default();
    let tell = told.clone();
    let rule = || Rule::threshold("dear", Series::ExecutionCost, Stat::Sum, 1.0);
    let telemetry = Telemetry::builder()
        .memory_limit(100_000)
        .aggregate_every(Duration::MAX)
        .alert(rule(), |_| panic!("a callback of the user's"))
        .alert(rule(), move |alert| {
            tell.lock().unwrap().push(alert.clone());
        })
        .build();
    let _ticking = telemetry.start().unwrap();
    telemetry.record(Series::ExecutionCost, &["openai", "dear"], 2.0);
    tokio::time::sleep(Duration::from_secs(31)).await;
    for number in 0..1000 {
        telemetry.record(Series::ExecutionCost, &["openai", &number.to_string()], 0.1);
    }
    tokio::time::sleep(Duration::from_secs(31)).await;
    let told = told.lock().unwrap();
    let fires: Vec<bool> = told.iter().map(|alert| alert.fires).collect();
    assert_eq!(fires, [true, false]);
    assert!(
        told[1].of.contains("dear") && told[1].value.is_nan(),
        "{:?}",
        told[1]
    );
}
