//! Calls that begin at fixed times, whatever the answers take.
use crate::{caller::Failure, histogram::Histogram};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// So many calls a second for so many seconds, each measured from when it was due: a slow answer does not hide that
/// others waited behind it (Tene's “coordinated omission”). For a runtime of one thread.
///
/// # Errors
/// If a call fails.
pub async fn open_loop<F>(
    rate: u32,
    seconds: u32,
    mut call: impl FnMut() -> F,
) -> Result<Histogram, Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let times = Arc::new(Mutex::new(Histogram::default()));
    let every = Duration::from_secs(1) / rate;
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..rate * seconds {
        let due = start + every * number;
        // timers are of a millisecond: too coarse
        while Instant::now() < due {
            tokio::task::yield_now().await;
        }
        let (answered, times) = (call(), times.clone());
        calls.spawn(async move {
            answered.await?;
            let took = due.elapsed();
            times.lock().map_err(|_| "poisoned")?.add(took);
            Ok::<(), Failure>(())
        });
    }
    while let Some(call) = calls.join_next().await {
        call??;
    }
    let times = times.lock().map_err(|_| "poisoned")?.clone();
    Ok(times)
}
