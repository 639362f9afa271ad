//! Bursts are worked off, lines that stand are held short.
use super::{Concurrency, Queue, waiting::Standing};
use crate::calling::{
    now,
    testing::{Act, Stage, after, question},
};
use sigflow_core::Lm;
use std::time::{Duration, Instant};
use tokio::{task::JoinSet, time::sleep};

const SECOND: Duration = Duration::from_secs(1);

/// A call: when it came, in seconds; how long it waited; whether it was served.
#[derive(Debug)]
struct Told {
    came: u64,
    waited: Duration,
    served: bool,
}

/// Calls that take a second, one at a time.
fn one_a_second(rule: Concurrency) -> (Queue, Lm) {
    let queue = Queue::new(rule);
    let stage = Stage::new("m", [after(1_000, Act::Answer("ok"))]);
    let lm = queue.around(&stage.lm());
    (queue, lm)
}

fn spawn(tasks: &mut JoinSet<Told>, lm: &Lm, start: Instant) {
    let (lm, came) = (lm.clone(), now());
    tasks.spawn(async move {
        let result = lm.complete(question()).await;
        let took = now() - came;
        let served = match result {
            Ok(_) => true,
            Err(error) => {
                assert!(error.is_pool_timeout() && error.retry_after().is_some());
                false
            }
        };
        let waited = if served {
            took.saturating_sub(SECOND)
        } else {
            took
        };
        Told {
            came: (came - start).as_secs(),
            waited,
            served,
        }
    });
}

/// Twice as much as can be served, for three minutes; those that came in the last of them.
async fn twice_as_much(queue: &Queue, lm: &Lm) -> Vec<Told> {
    let (mut tasks, start) = (JoinSet::new(), now());
    for _ in 0..360 {
        spawn(&mut tasks, lm, start);
        sleep(SECOND / 2).await;
    }
    assert!(queue.load().waiting > 0);
    let mut told = tasks.join_all().await;
    told.retain(|call| call.came >= 120);
    told
}

fn served(told: &[Told]) -> impl Iterator<Item = &Told> {
    told.iter().filter(|call| call.served)
}

#[tokio::test(start_paused = true)]
async fn a_line_that_stands_is_held_short() {
    let (queue, lm) = one_a_second(Concurrency::fixed(1));
    let told = twice_as_much(&queue, &lm).await;
    let longest = served(&told).map(|call| call.waited).max().unwrap();
    assert!(longest <= 15 * SECOND, "{longest:?}");
    // who is too many is told at once
    let left = told.iter().filter(|call| !call.served);
    let late = left.map(|call| call.waited).max().unwrap();
    assert_eq!(late, Duration::ZERO);
    let short = served(&told).count();

    // without it just as many are served, and wait for twice as long
    let (queue, lm) = one_a_second(Concurrency::fixed(1).standing(Duration::MAX));
    let told = twice_as_much(&queue, &lm).await;
    let shortest = served(&told).map(|call| call.waited).min().unwrap();
    assert!(shortest >= 25 * SECOND, "{shortest:?}");
    assert!(!queue.load().overloaded);
    let long = served(&told).count();
    assert!(short.abs_diff(long) <= 6, "{short} and {long} of 60");
}

#[tokio::test(start_paused = true)]
async fn when_it_is_worked_off_a_burst_may_wait_again() {
    let (queue, lm) = one_a_second(Concurrency::fixed(1));
    let (mut tasks, start) = (JoinSet::new(), now());
    for _ in 0..240 {
        spawn(&mut tasks, &lm, start);
        sleep(SECOND / 2).await;
    }
    assert!(queue.load().overloaded);
    tasks.join_all().await;
    assert!(!queue.load().overloaded && queue.load().waiting == 0);
    let (mut tasks, start) = (JoinSet::new(), now());
    (0..25).for_each(|_| spawn(&mut tasks, &lm, start));
    assert!(tasks.join_all().await.iter().all(|call| call.served));
}

#[tokio::test(start_paused = true)]
async fn bursts_are_no_overload() {
    let (queue, lm) = one_a_second(Concurrency::fixed(1));
    for _ in 0..10 {
        let (mut tasks, start) = (JoinSet::new(), now());
        (0..28).for_each(|_| spawn(&mut tasks, &lm, start));
        // the next one comes before this one is worked off
        sleep(25 * SECOND).await;
        assert!(!queue.load().overloaded);
        let told = tasks.join_all().await;
        assert!(told.iter().all(|call| call.served), "{told:?}");
    }
    assert_eq!(queue.load().shed, 0);
}

#[test]
fn an_overload_begins_after_the_interval_and_ends_with_the_line() {
    let start = Instant::now();
    let mut standing = Standing::default();
    let mut left = |second: u64, waited: u64| {
        let now = start + SECOND * u32::try_from(second).unwrap();
        standing.left(Duration::from_secs(waited), now, 15 * SECOND, 30 * SECOND);
        standing.is_overload()
    };
    assert!(!left(0, 20) && !left(29, 20));
    // one that got its place soon enough
    assert!(!left(30, 14));
    assert!(!left(31, 15) && !left(60, 15));
    assert!(left(61, 15));
    // while it is held short, short waits say nothing
    assert!(left(70, 1) && left(71, 20));
    standing.ends();
    assert!(!standing.is_overload());
}
