//! Values die in the reverse of the order of the source; what is dropped mid-run ends at once.
use sigflow::program;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::{sleep, timeout};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);
impl Log {
    fn note(&self, text: &str) {
        self.0.lock().expect("no panic").push(text.to_owned());
    }
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

struct Held(&'static str, Log);
impl Drop for Held {
    fn drop(&mut self) {
        self.1.note(self.0);
    }
}

async fn hold(name: &'static str, ms: u64, log: &Log) -> Result<Held, String> {
    let held = Held(name, log.clone());
    sleep(Duration::from_millis(ms)).await;
    Ok(held)
}

async fn refuse(ms: u64) -> Result<u64, String> {
    sleep(Duration::from_millis(ms)).await;
    Err("refused".to_owned())
}

/// Values of calls and of the lane by turns.
#[program(pure(hold))]
async fn mixed(log: &Log) -> Result<usize, String> {
    let first = hold("first", 20, log).await?;
    let second = Held("second", log.clone());
    let third = hold("third", 5, log).await?;
    let fourth = Held("fourth", log.clone());
    log.note("answer");
    Ok(first.0.len() + second.0.len() + third.0.len() + fourth.0.len())
}

#[program(pure(hold, refuse))]
async fn refused(log: &Log) -> Result<usize, String> {
    let first = hold("first", 5, log).await?;
    let second = Held("second", log.clone());
    let third = refuse(30).await?;
    let fourth = hold("fourth", 100, log).await?;
    Ok(first.0.len() + second.0.len() + usize::try_from(third).unwrap_or(0) + fourth.0.len())
}

#[tokio::test(start_paused = true)]
async fn in_the_reverse_of_the_source() {
    let log = Log::default();
    assert_eq!(mixed(&log).await, Ok(5 + 6 + 5 + 6));
    assert_eq!(
        log.taken(),
        ["answer", "fourth", "third", "second", "first"]
    );
}

#[tokio::test(start_paused = true)]
async fn on_an_error_what_is_in_flight_goes_first() {
    let log = Log::default();
    assert_eq!(refused(&log).await, Err("refused".to_owned()));
    let gone = log.taken();
    assert_eq!(gone[0], "fourth");
    assert_eq!(gone.last().map(String::as_str), Some("first"));
}

#[tokio::test(start_paused = true)]
async fn dropped_mid_run_nothing_goes_on() {
    let log = Log::default();
    let cut = timeout(Duration::from_millis(10), refused(&log)).await;
    assert!(cut.is_err());
    let gone = log.taken();
    assert!(
        gone.contains(&"first".to_owned()) && gone.contains(&"fourth".to_owned()),
        "{gone:?}"
    );
    sleep(Duration::from_millis(500)).await;
    assert!(log.taken().is_empty());
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "burst")]
async fn a_panic_reaches_the_caller() {
    async fn burst(ms: u64) -> u64 {
        sleep(Duration::from_millis(ms)).await;
        panic!("burst")
    }
    async fn wait(ms: u64) -> u64 {
        sleep(Duration::from_millis(ms)).await;
        ms
    }
    #[program(pure(burst, wait))]
    async fn bursting() -> u64 {
        let a = wait(10).await;
        let b = burst(5).await;
        a + b
    }
    bursting().await;
}
