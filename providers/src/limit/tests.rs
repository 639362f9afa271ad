//! How much goes in which time, what flows back, and who waits for whom.
use super::{
    Limit, Limiter,
    cell::{Cell, WINDOW},
    cells::Cells,
};
use crate::{
    calling::{
        now,
        testing::{Act, Stage, after, fail, limited, pieces, question, told},
    },
    retry::random::Random,
};
use sigflow_core::{ErrorKind, Phase, Settings, Usage};
use std::{sync::Arc, time::Duration};

const SECOND: Duration = Duration::from_secs(1);
const NS: u64 = 1_000_000_000;

/// One limit alone.
fn one(limit: u64, burst: u64) -> Cells<1> {
    Cells::new([limit], burst)
}
fn take(cells: &Cells<1>, units: u64, now: u64) -> Result<[Option<u64>; 1], u64> {
    cells.take([units], now)
}
fn give_back(cells: &Cells<1>, units: u64, stamps: [Option<u64>; 1], now: u64) {
    cells.settle([units], stamps, [0], now);
}
fn owe(cells: &Cells<1>, units: u64, now: u64) {
    cells.settle([0], [Some(0)], [units], now);
}
fn left(cells: &Cells<1>, now: u64) -> Option<u64> {
    let [left] = cells.left(now);
    left
}

#[test]
fn a_cell_gives_its_burst_and_then_its_rate() {
    // sixty a minute, ten at once
    let cell = one(60, 10 * NS);
    let at_once = (0..20).filter(|_| take(&cell, 1, 0).is_ok()).count();
    assert_eq!(at_once, 10);
    assert_eq!(take(&cell, 1, 0), Err(NS));
    assert!(take(&cell, 1, NS).is_ok());
    assert_eq!(take(&cell, 3, NS), Err(4 * NS));
    // in any minute no more than the limit and the burst
    let mut taken = 0;
    let mut now = NS;
    while now < NS + WINDOW {
        match take(&cell, 1, now) {
            Ok(_) => taken += 1,
            Err(at) => now = at,
        }
    }
    assert_eq!(taken, 59);
}

#[test]
fn what_flows_back_can_be_taken_and_a_debt_is_waited_for() {
    let cell = one(6_000, 10 * NS);
    let taken = take(&cell, 1_000, 0).unwrap();
    assert_eq!(left(&cell, 0), Some(0));
    give_back(&cell, 900, taken, 0);
    assert_eq!(left(&cell, 0), Some(900));
    // more than was taken makes no more than a full bucket
    give_back(&cell, 5_000, taken, 0);
    assert_eq!(left(&cell, 0), Some(1_000));
    owe(&cell, 3_000, 0);
    assert_eq!(take(&cell, 1, 0), Err(20 * NS + 10_000_000));
    // a call that is larger than the burst waits until all is free, and one larger than the limit counts as that
    let cell = one(6_000, 10 * NS);
    assert!(take(&cell, 1, 0).is_ok());
    assert_eq!(take(&cell, 50_000, 0), Err(10_000_000));
    assert!(take(&cell, 50_000, 10_000_000).is_ok());
    assert_eq!(take(&cell, 1, WINDOW / 2), Err(50 * NS + 20_000_000));
}

#[test]
fn what_has_flowed_back_by_itself_is_not_there_twice() {
    let cell = one(6_000, 10 * NS);
    let slow = take(&cell, 1_000, 0).unwrap();
    // the bucket is full again when the next comes
    take(&cell, 1_000, 10 * NS).unwrap();
    give_back(&cell, 1_000, slow, 10 * NS);
    assert_eq!(left(&cell, 10 * NS), Some(0));
    // half full: half of it had been lost
    let slow = take(&cell, 1_000, 20 * NS).unwrap();
    let other = take(&cell, 500, 25 * NS).unwrap();
    give_back(&cell, 1_000, slow, 25 * NS);
    assert_eq!(left(&cell, 25 * NS), Some(500));
    give_back(&cell, 500, other, 25 * NS);
    assert_eq!(left(&cell, 25 * NS), Some(1_000));
}

/// Against a server that knows from the beginning what each call takes: never more than it allows, whatever was reserved,
/// in whatever order it comes back.
#[test]
fn never_more_than_a_server_allows_that_knows_what_is_used() {
    for seed in 0..200 {
        let random = Random::seeded(seed);
        let (ours, server) = (one(6_000, 10 * NS), one(6_000, 10 * NS));
        let mut running: Vec<(u64, u64, [Option<u64>; 1])> = Vec::new();
        let (mut now, mut admitted) = (0, 0);
        for _ in 0..2_000 {
            now += random.below(400) as u64 * 1_000_000;
            running.retain(|(ends, unused, taken)| {
                if *ends <= now {
                    give_back(&ours, *unused, *taken, now);
                }
                *ends > now
            });
            let most = 1 + random.below(600);
            let reserved = most as u64;
            let Ok(taken) = take(&ours, reserved, now) else {
                continue;
            };
            let used = reserved - random.below(most) as u64;
            // a nanosecond of rounding for each that came back
            let slack = 1_000_000;
            assert!(
                take(&server, used, now + slack).is_ok(),
                "seed {seed}: more than the server allows at {now}"
            );
            admitted += used;
            running.push((
                now + random.below(20_000) as u64 * 1_000_000,
                reserved - used,
                taken,
            ));
        }
        // and not much less: what flows at this rate, but for what is held by those under way
        let ideal = now / NS * 100;
        assert!(
            admitted * 10 > ideal * 4,
            "seed {seed}: {admitted} of {ideal}"
        );
    }
}

/// Whatever is taken and settled after the server's word, and whatever was under way before it: there is never more than
/// the word, what has flowed since, and not more of that than the burst.
#[test]
fn no_order_of_settling_undoes_the_servers_word() {
    for seed in 0..200 {
        let random = Random::seeded(seed);
        let below = |most: usize| random.below(most) as u64;
        let cell = one(6_000, 10 * NS);
        let mut running = Vec::new();
        let mut now = 0;
        // what the word allows, as a bucket that is never given back to by those of before
        let mut allowed: Option<(u64, u64)> = None;
        for _ in 0..2_000 {
            now += below(200) * 1_000_000;
            match below(8) {
                0 => {
                    let remaining = below(1_200);
                    assert!(cell.learn(0, None, Some(remaining), now));
                    allowed = Some((remaining.min(1_000), now));
                }
                1..=3 => {
                    let reserved = 1 + below(300);
                    if let Ok(taken) = take(&cell, reserved, now) {
                        running.push((reserved, taken));
                    }
                }
                _ if running.is_empty() => {}
                _ => {
                    let (reserved, taken) = running.swap_remove(random.below(running.len()));
                    give_back(&cell, reserved - below(300).min(reserved), taken, now);
                }
            }
            if let Some((remaining, at)) = allowed {
                let most = (remaining + (now - at).div_ceil(10_000_000)).min(1_000);
                let left = left(&cell, now).unwrap();
                assert!(left <= most, "seed {seed}: {left} of {most} at {now}");
            }
        }
    }
}

#[test]
fn the_servers_word_makes_it_stricter_only() {
    let cell = one(0, 10 * NS);
    assert_eq!(
        (take(&cell, u64::MAX, 0), left(&cell, 0)),
        (Ok([None]), None)
    );
    assert!(cell.learn(0, Some(60), None, 0));
    assert_eq!(left(&cell, 0), Some(10));
    for (remaining, known) in [(4, 4), (50, 4), (0, 0)] {
        cell.learn(0, None, Some(remaining), 0);
        assert_eq!(left(&cell, 0), Some(known));
    }
    assert_eq!(take(&cell, 1, 0), Err(NS));
}

#[test]
fn what_was_learnt_grows_again_and_what_was_set_does_not() {
    let (mut learnt, mut set) = (Cell::new(0, 10 * NS), Cell::new(300, 10 * NS));
    for (said, grown, bound) in [
        (60, 60, 60),
        (600, 600, 300),
        (120, 120, 120),
        (0, 120, 120),
    ] {
        learnt.learn_limit(said, 0);
        set.learn_limit(said, 0);
        assert_eq!((learnt.limit(), set.limit()), (grown, bound));
    }
}

#[test]
fn of_another_limit_as_many_units_are_missing() {
    let mut cell = Cell::new(0, 60 * NS);
    cell.learn_limit(600, 0);
    let taken = cell.take(300, 0).unwrap();
    assert_eq!(cell.left(0), Some(300));
    cell.learn_limit(400, 0);
    assert_eq!(cell.left(0), Some(100));
    cell.give_back(200, taken, 0);
    assert_eq!(cell.left(0), Some(300));
    // and not more than was taken flows back, though each unit is worth more time
    cell.give_back(200, taken, 0);
    assert_eq!(cell.left(0), Some(400));
    cell.believe(100, 0);
    cell.learn_limit(800, 0);
    assert_eq!(cell.left(0), Some(500));
}

#[test]
fn of_several_limits_all_are_taken_or_none() {
    let cells = Cells::new([60, 6_000], 10 * NS);
    assert!(cells.take([1, 900], 0).is_ok());
    // there are requests, and no tokens; when there could be both is said
    assert_eq!(cells.take([1, 300], 0), Err(2 * NS));
    assert_eq!(cells.left(0), [Some(9), Some(100)]);
    assert_eq!(cells.take([10, 300], 0), Err(2 * NS));
    assert_eq!(cells.take([10, 10], 0), Err(NS));
    assert!(cells.take([9, 100], 0).is_ok());
}

/// A server that counts: it says when it was asked.
fn answering() -> Arc<Stage> {
    Stage::new("m", [Act::Answer("ok")])
}

#[tokio::test(start_paused = true)]
async fn calls_wait_in_the_order_in_which_they_came() {
    let stage = answering();
    let limiter = Limiter::new(Limit::new().requests(60).burst(Duration::ZERO));
    let lm = limiter.around(&stage.lm());
    let start = now();
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (lm, order) = (lm.clone(), order.clone());
        tasks.spawn(async move {
            lm.complete(question()).await.unwrap();
            order.lock().unwrap().push(number);
        });
        tokio::task::yield_now().await;
    }
    while tasks.join_next().await.is_some() {}
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    let seconds: Vec<u64> = stage
        .asked()
        .iter()
        .map(|at| (*at - start).as_millis().div_ceil(1000).try_into().unwrap())
        .collect();
    // one a second, and no second is lost
    assert!(
        stage
            .asked()
            .windows(2)
            .all(|two| two[1] - two[0] >= SECOND)
    );
    assert_eq!(seconds.len(), 20);
    assert!((19..=20).contains(&seconds[19]), "{seconds:?}");
    assert_eq!(limiter.left().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_reply_settles_what_was_reserved() {
    let stage = answering(); // 7 tokens in, 3 out
    let limiter = Limiter::new(Limit::new().tokens(6_000));
    let lm = limiter.around(&stage.lm()).max_tokens(900);
    lm.complete(question()).await.unwrap();
    assert_eq!(limiter.left().tokens, Some(990));
    let (pieces, end) = told(&lm, question()).await;
    assert!(end.is_ok(), "{pieces:?}");
    assert_eq!(limiter.left().tokens, Some(980));
    // cached tokens do not count where prompts are counted apart
    let apart = Limiter::new(Limit::new().input_tokens(600).output_tokens(600));
    let mut usage = Usage::new(80, 20);
    usage.cached_input_tokens = 70;
    apart.try_reserve(50, 50).unwrap().settle(usage);
    let left = apart.left();
    assert_eq!(
        (left.input_tokens, left.output_tokens),
        (Some(90), Some(80))
    );
    assert_eq!((left.requests, left.tokens), (None, None));
}

#[tokio::test(start_paused = true)]
async fn tokens_that_flow_back_are_used_at_once() {
    let stage = Stage::new("m", [after(2_000, Act::Answer("ok"))]);
    let limiter = Limiter::new(Limit::new().tokens(6_000));
    let lm = limiter.around(&stage.lm()).max_tokens(990);
    let start = now();
    let (one, other) = tokio::join!(lm.complete(question()), lm.complete(question()));
    one.and(other).unwrap();
    // the second waits for the first to settle, not for 990 tokens to flow in ten seconds
    assert_eq!((stage.asked()[1] - start).as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_had_in_time_is_an_error_that_says_when() {
    let stage = answering();
    let limiter = Limiter::new(Limit::new().requests(1));
    let lm = limiter.around(&stage.lm());
    lm.complete(question()).await.unwrap();
    let start = now();
    let error = lm.complete(question()).await.unwrap_err();
    assert!(error.is_pool_timeout() && error.is_retryable());
    assert_eq!(error.phase(), Some(Phase::Pool));
    assert_eq!((now() - start).as_secs(), 30);
    assert_eq!(error.retry_after().unwrap().as_secs(), 30);
    // the caller's deadline is sooner
    let start = now();
    let mut request = question();
    request.deadline = Some(start + SECOND);
    let (_, end) = told(&lm, request).await;
    assert!(end.unwrap_err().is_pool_timeout());
    assert!(now() - start < SECOND);
    assert_eq!(stage.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn too_many_who_wait_are_told_so_and_who_leaves_the_line_makes_room() {
    let stage = answering();
    let limiter = Limiter::new(
        Limit::new()
            .requests(60)
            .burst(Duration::ZERO)
            .most_waiting(2),
    );
    let lm = limiter.around(&stage.lm());
    lm.complete(question()).await.unwrap();
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            tokio::spawn({
                let lm = lm.clone();
                async move { lm.complete(question()).await }
            })
        })
        .collect();
    tokio::task::yield_now().await;
    assert_eq!(limiter.left().waiting, 2);
    let error = lm.complete(question()).await.unwrap_err();
    assert!(
        error.is_pool_timeout() && error.to_string().contains("too many calls wait"),
        "{error}"
    );
    assert_eq!(error.retry_after().unwrap().as_secs(), 3);
    waiting[0].abort();
    tokio::task::yield_now().await;
    assert_eq!(limiter.left().waiting, 1);
    // and the one behind goes when the one before would have gone
    let before = now();
    waiting.into_iter().nth(1).unwrap().await.unwrap().unwrap();
    assert!(now() - before <= SECOND);
    assert_eq!(stage.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_servers_closes_the_limiter() {
    let stage = Stage::new("m", [limited(7 * SECOND), Act::Answer("ok")]);
    let limiter = Limiter::new(Limit::new().requests(600).tokens(60_000));
    let lm = limiter.around(&stage.lm());
    let start = now();
    assert!(lm.complete(question()).await.unwrap_err().is_rate_limited());
    // its request counts, its tokens do not
    assert_eq!(
        (limiter.left().requests, limiter.left().tokens),
        (Some(99), Some(10_000))
    );
    lm.complete(question()).await.unwrap();
    assert_eq!((stage.asked()[1] - start).as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_left_gives_its_reply_back() {
    let stage = Stage::new("m", [Act::Silent]);
    let limiter = Limiter::new(Limit::new().requests(600).tokens(6_000));
    let lm = limiter.around(&stage.lm()).max_tokens(500);
    let call = tokio::time::timeout(Duration::from_millis(1), lm.complete(question()));
    assert!(call.await.is_err());
    let left = limiter.left();
    // "be brief" are two tokens
    assert!((998..=1_000).contains(&left.tokens.unwrap()), "{left:?}");
    assert_eq!(left.requests, Some(99));
    // a stream that broke may have been billed: all stays taken
    let stage = Stage::new("m", [pieces(&["a"], fail(ErrorKind::IncompleteStream))]);
    let limiter = Limiter::new(Limit::new().tokens(6_000));
    let lm = limiter.around(&stage.lm()).max_tokens(500);
    assert!(told(&lm, question()).await.1.is_err());
    assert_eq!(limiter.left().tokens, Some(498));
    // and nothing sent costs nothing
    let stage = Stage::new("m", [fail(ErrorKind::CircuitOpen)]);
    let limiter = Limiter::new(Limit::new().requests(6).tokens(6_000));
    let lm = limiter
        .around(&stage.lm())
        .with_settings(&Settings::default());
    assert!(lm.complete(question()).await.is_err());
    assert_eq!(
        (limiter.left().requests, limiter.left().tokens),
        (Some(1), Some(1_000))
    );
}

/// What the server tells of its tokens.
#[cfg(feature = "http")]
fn tells(
    limit: Option<u64>,
    remaining: u64,
    reset: u64,
) -> [(super::Unit, super::server::Said); 1] {
    let said = super::server::Said {
        limit,
        remaining: Some(remaining),
        reset: Some(Duration::from_secs(reset)),
    };
    [(super::Unit::Tokens, said)]
}

#[cfg(feature = "http")]
#[tokio::test(start_paused = true)]
async fn what_settles_does_not_undo_the_servers_word() {
    let limiter = Limiter::new(Limit::new().tokens(60_000));
    let under_way: Vec<_> = (0..5)
        .map(|_| limiter.try_reserve(1_000, 1_000).unwrap())
        .collect();
    assert_eq!(limiter.left().tokens, Some(0));
    limiter.learn(&tells(Some(60_000), 0, 60));
    for reserved in under_way {
        reserved.settle(Usage::new(5, 5));
    }
    assert_eq!(limiter.left().tokens, Some(0));
    // who comes afterwards gets back what is not used, and no more
    tokio::time::advance(Duration::from_secs(4)).await;
    let after = limiter.try_reserve(1_000, 1_000).unwrap();
    assert_eq!(limiter.left().tokens, Some(2_000));
    after.settle(Usage::new(5, 5));
    assert_eq!(limiter.left().tokens, Some(3_990));
}

#[cfg(feature = "http")]
#[tokio::test(start_paused = true)]
async fn of_what_was_not_taken_nothing_flows_back() {
    let limiter = Limiter::new(Limit::new());
    let under_way: Vec<_> = (0..20)
        .map(|_| limiter.try_reserve(500, 500).unwrap())
        .collect();
    limiter.learn(&tells(Some(60_000), 0, 60));
    for reserved in under_way {
        reserved.settle(Usage::new(5, 5));
    }
    assert_eq!(limiter.left().tokens, Some(0));
}

#[cfg(feature = "http")]
#[tokio::test(start_paused = true)]
async fn a_fixed_window_gives_nothing_before_its_end() {
    let limiter = Limiter::new(Limit::new().tokens(60_000));
    // a bucket that is empty is full in a minute, and gives some before
    limiter.learn(&tells(Some(60_000), 0, 60));
    tokio::time::advance(SECOND).await;
    limiter
        .try_reserve(500, 500)
        .unwrap()
        .settle(Usage::new(500, 500));
    // a window that ends in 20 s does not
    limiter.learn(&tells(Some(60_000), 0, 20));
    assert_eq!(limiter.try_reserve(1, 1).unwrap_err().as_secs(), 20);
    tokio::time::advance(20 * SECOND).await;
    assert!(limiter.try_reserve(500, 500).is_ok());
}
