//! Calls that take a known time, and how long a program takes.
use std::{future::Future, time::Duration};
use tokio::time::{Instant, sleep};

pub type Answer<T = u64> = Result<T, String>;

/// Answers the sum of its inputs after that many milliseconds.
pub async fn ask(ms: u64, input: u64) -> Answer {
    sleep(Duration::from_millis(ms)).await;
    Ok(input + 1)
}

pub async fn fail(ms: u64, name: &str) -> Answer {
    sleep(Duration::from_millis(ms)).await;
    Err(name.to_owned())
}

pub async fn sure(ms: u64, input: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    input + 1
}

/// What a future gives, and how many milliseconds it takes.
pub async fn timed<T>(future: impl Future<Output = T>) -> (T, u64) {
    let begin = Instant::now();
    let value = future.await;
    (
        value,
        u64::try_from(begin.elapsed().as_millis()).expect("a short run"),
    )
}
