//! When a breaker opens, whom it lets through, when it closes.
use super::{
    Breaker, BreakerState,
    cell::{Cell, How, Rule, Say},
};
use crate::{
    calling::{
        now,
        testing::{Act, Stage, after, fail, limited, question},
    },
    retry::{Retry, RetryRule},
    route::Router,
    telemetry::layers::{Event, Sink},
};
use sigflow_core::{AttemptOutcome, ErrorKind, Lm};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const NS: u64 = 1_000_000_000;
const RULE: Rule = Rule {
    window: 60 * NS,
    least_calls: 10,
    share: 0.5,
    in_a_row: 5,
    first: 5 * NS,
    longest: 60 * NS,
    probes: 3,
};

/// Ends of calls, one each second, to the first change.
fn played(ends: &[How]) -> Option<usize> {
    let cell = Cell::new(RULE);
    ends.iter().enumerate().position(|(second, how)| {
        let now = second as u64 * NS;
        assert_eq!(cell.admit(now), (Say::Go(0), None));
        cell.ended(0, *how, now, 0.0).is_some()
    })
}

#[test]
fn five_in_a_row_or_half_of_ten() {
    use How::{Failed, Judged, Left, Limited, Well};
    assert_eq!(played(&[Failed; 6]), Some(4));
    assert_eq!(
        played(&[Well, Failed, Failed, Failed, Failed, Well, Failed, Well]),
        None
    );
    // the fifth of ten
    let half = [
        Well, Failed, Well, Failed, Well, Failed, Well, Failed, Well, Failed,
    ];
    assert_eq!(played(&half), Some(9));
    // what says nothing of the route is not counted, nor does it break a row
    for other in [Judged, Limited, Left] {
        assert_eq!(played(&[other; 100]), None);
        let row = [Failed, Failed, other, Failed, other, Failed, Failed];
        assert_eq!(played(&row), Some(6), "{other:?}");
    }
}

#[test]
fn what_is_older_than_the_window_is_forgotten() {
    let cell = Cell::new(RULE);
    for second in 0..4 {
        cell.ended(0, How::Failed, second * NS, 0.0);
    }
    cell.ended(0, How::Well, 4 * NS, 0.0);
    // four of nine failed within the window, four of nine after it
    for second in 70..74 {
        assert_eq!(cell.ended(0, How::Failed, second * NS, 0.0), None);
        assert_eq!(cell.ended(0, How::Well, second * NS, 0.0), None);
    }
    // 5 of 9: too few calls
    assert_eq!(cell.ended(0, How::Failed, 74 * NS, 0.0), None);
    assert!(cell.ended(0, How::Failed, 75 * NS, 0.0).is_some());
}

#[test]
fn one_probe_then_three_and_a_failure_opens_it_for_twice_as_long() {
    let cell = Cell::new(RULE);
    (0..5).for_each(|_| {
        cell.ended(0, How::Failed, 0, 0.0);
    });
    assert_eq!(cell.state(), BreakerState::Open);
    assert_eq!(cell.admit(5 * NS - 1), (Say::No(Some(5 * NS)), None));
    let half = Some((BreakerState::Open, BreakerState::HalfOpen));
    assert_eq!(cell.admit(5 * NS), (Say::Probe(2), half));
    assert_eq!(cell.admit(5 * NS), (Say::No(None), None));
    // calls that were under way when it opened say nothing
    assert_eq!(cell.ended(0, How::Well, 5 * NS, 0.0), None);
    assert_eq!(cell.ended(0, How::Failed, 5 * NS, 0.0), None);
    assert_eq!(cell.admit(5 * NS), (Say::No(None), None));
    let open = Some((BreakerState::HalfOpen, BreakerState::Open));
    assert_eq!(cell.ended(2, How::Failed, 6 * NS, 0.0), open);
    assert_eq!(cell.admit(15 * NS), (Say::No(Some(16 * NS)), None));
    // a probe that is left makes room for another
    assert_eq!(cell.admit(16 * NS).0, Say::Probe(4));
    assert_eq!(cell.ended(4, How::Left, 16 * NS, 0.0), None);
    assert_eq!(cell.admit(16 * NS).0, Say::Probe(4));
    // one of the half open period before is none of this one
    assert_eq!(cell.ended(2, How::Well, 16 * NS, 0.0), None);
    assert_eq!(cell.admit(16 * NS).0, Say::No(None));
    assert_eq!(cell.ended(4, How::Judged, 16 * NS, 0.0), None);
    // two are missing
    assert_eq!(cell.admit(16 * NS).0, Say::Probe(4));
    assert_eq!(cell.admit(16 * NS).0, Say::Probe(4));
    assert_eq!(cell.admit(16 * NS).0, Say::No(None));
    assert_eq!(cell.ended(4, How::Well, 17 * NS, 0.0), None);
    let closed = Some((BreakerState::HalfOpen, BreakerState::Closed));
    assert_eq!(cell.ended(4, How::Well, 17 * NS, 0.0), closed);
    assert_eq!(cell.admit(17 * NS), (Say::Go(5), None));
    // what began before does not open it
    (0..5).for_each(|period| {
        assert_eq!(cell.ended(period, How::Failed, 18 * NS, 0.0), None);
    });
    // and it begins with five seconds again
    (0..5).for_each(|_| {
        cell.ended(5, How::Failed, 20 * NS, 1.0);
    });
    assert_eq!(cell.admit(20 * NS), (Say::No(Some(24 * NS)), None));
}

#[test]
fn a_minute_is_the_longest() {
    let cell = Cell::new(RULE);
    (0..5).for_each(|_| {
        cell.ended(0, How::Failed, 0, 0.0);
    });
    let mut at = 0;
    let mut spans = Vec::new();
    for _ in 0..8 {
        let (Say::No(Some(until)), _) = cell.admit(at) else {
            panic!("it is open");
        };
        spans.push((until - at) / NS);
        at = until;
        let (Say::Probe(period), _) = cell.admit(at) else {
            panic!("it is half open");
        };
        cell.ended(period, How::Failed, at, 0.0);
    }
    assert_eq!(spans, [5, 10, 20, 40, 60, 60, 60, 60]);
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);
impl Sink for Heard {
    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(format!("{event:?}"));
    }
}

fn alone(stage: &Arc<Stage>, breaker: &Breaker) -> Lm {
    let rule = RetryRule::never();
    Retry::new(stage.lm()).rule(rule).gate(breaker.gate()).lm()
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_left_alone_and_its_end_is_noticed() {
    let down = fail(ErrorKind::Server);
    let acts = [vec![down; 6], vec![Act::Answer("ok")]].concat();
    let stage = Stage::new("m", acts);
    let heard = Arc::new(Heard::default());
    let breaker = Breaker::new().seed(1).events(heard.clone());
    let lm = alone(&stage, &breaker);
    let start = now();
    let mut refused = 0;
    while breaker
        .transitions()
        .last()
        .is_none_or(|last| last.to != BreakerState::Closed)
    {
        match lm.complete(question()).await {
            Err(error) if error.is_circuit_open() => {
                refused += 1;
                // nothing was sent, and the text says what to do
                let hint = error.retry_after().unwrap();
                assert!(error.to_string().contains("another route"), "{error}");
                tokio::time::sleep(hint).await;
            }
            _ => {}
        }
        assert!(now() - start < Duration::from_mins(2));
    }
    // five failures, a probe that failed, three that did not
    assert_eq!((stage.count(), refused), (9, 2));
    let (closed, open, half) = (
        BreakerState::Closed,
        BreakerState::Open,
        BreakerState::HalfOpen,
    );
    let changes: Vec<_> = breaker
        .transitions()
        .iter()
        .map(|one| (one.from, one.to))
        .collect();
    assert_eq!(
        changes,
        [
            (closed, open),
            (open, half),
            (half, open),
            (open, half),
            (half, closed)
        ]
    );
    assert_eq!(breaker.states(), [("m".to_owned(), closed)]);
    assert_eq!(
        *heard.0.lock().unwrap(),
        [r#"Recovery(BreakerClosed { route: "m" })"#]
    );
}

#[tokio::test(start_paused = true)]
async fn the_next_route_answers_while_one_is_open() {
    let down = Stage::new("down", [fail(ErrorKind::Transport)]);
    let spare = Stage::new("spare", [Act::Answer("ok")]);
    let breaker = Breaker::new();
    let router = Router::new([down.lm(), spare.lm()]).retry(RetryRule::never());
    let lm = router
        .cooldown(Duration::ZERO, Duration::ZERO)
        .gate(breaker.gate())
        .lm();
    for _ in 0..5 {
        lm.complete(question()).await.unwrap();
    }
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(down.count(), 5);
    assert_eq!(
        response.attempts[0].outcome,
        AttemptOutcome::Failed(ErrorKind::CircuitOpen)
    );
    assert_eq!(breaker.state("spare"), Some(BreakerState::Closed));
}

/// A route has one state: the router's cool-down is silent where a breaker tells it.
#[tokio::test(start_paused = true)]
async fn one_state_is_told_of_a_route() {
    use crate::telemetry::{Series, Telemetry, Window};
    let told = async |breaker: Option<&Breaker>| {
        let telemetry = Telemetry::new();
        let acts = (0..6).map(|_| fail(ErrorKind::Transport));
        let down = Stage::new("down", acts.chain([Act::Answer("well")]));
        let spare = Stage::new("spare", [Act::Answer("ok")]);
        let router = Router::new([down.lm(), spare.lm()]).retry(RetryRule::never());
        let router = match breaker {
            Some(breaker) => router.gate(breaker.gate()),
            None => router,
        };
        let lm = router.seed(1).lm();
        for _ in 0..20 {
            telemetry.watch(lm.complete(question())).await.unwrap();
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        let route = [("route", "down")];
        let state = telemetry.summary(Series::BreakerState, &route, Window::Hour);
        let closed = telemetry.total(Series::Recoveries, &[("action", "breaker_closed")]);
        (state.map(|state| (state.max, state.last)), closed.0)
    };
    assert_eq!(told(None).await, (Some((2.0, 0.0)), 1));
    assert_eq!(told(Some(&Breaker::new())).await, (Some((2.0, 0.0)), 1));
}

/// `Duration::MAX` is how users write that there is no bound.
#[tokio::test(start_paused = true)]
async fn no_bound_is_a_bound() {
    use crate::{Compare, Concurrency, Hedge, Limit, Limiter, Queue};
    use std::time::Duration as D;
    let stage = |name| Stage::new(name, [after(10, Act::Answer("yes"))]);
    let queue = Queue::new(Concurrency::fixed(1).wait(D::MAX)).around(&stage("q").lm());
    let limit = Limit::new()
        .requests(600)
        .burst(D::from_millis(100))
        .wait(D::MAX);
    let limit = Limiter::new(limit).around(&stage("l").lm());
    let compare = Compare::new([stage("a").lm(), stage("b").lm()])
        .wait(D::MAX)
        .lm();
    let hedge = Hedge::new(stage("a").lm(), stage("b").lm())
        .at_least(D::MAX)
        .lm();
    let never = Stage::new("down", [limited(D::MAX), fail(ErrorKind::Server)]);
    let router = Router::new([never.lm(), stage("b").lm()])
        .retry(RetryRule::new().base(D::MAX).cap(D::MAX))
        .first_token(D::MAX)
        .whole_reply(D::MAX)
        .longest_wait(D::MAX)
        .least_left(D::MAX)
        .cooldown(D::MAX, D::MAX)
        .lm();
    for lm in [queue, limit, compare, hedge, router] {
        for _ in 0..30 {
            let both = [lm.clone(), lm.clone()].map(|lm| async move {
                let scope = sigflow_core::Scope::current().with_timeout(D::MAX);
                scope.enter(lm.complete(question())).await
            });
            let [one, other] = both;
            let (one, other) = tokio::join!(one, other);
            assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn limits_wrong_requests_and_callers_who_leave_open_nothing() {
    let breaker = Breaker::new();
    for kind in [
        ErrorKind::BadRequest,
        ErrorKind::Authentication,
        ErrorKind::ContextLength,
        ErrorKind::PoolTimeout,
    ] {
        let stage = Stage::new("m", [fail(kind)]);
        let lm = alone(&stage, &breaker);
        for _ in 0..20 {
            assert_eq!(lm.complete(question()).await.unwrap_err().kind(), kind);
        }
    }
    let stage = Stage::new("m", [limited(Duration::from_secs(1))]);
    let lm = alone(&stage, &breaker);
    for _ in 0..20 {
        assert!(lm.complete(question()).await.unwrap_err().is_rate_limited());
    }
    assert_eq!(breaker.limited("m"), 20);
    let stage = Stage::new("m", [after(1_000, Act::Answer("late"))]);
    let lm = alone(&stage, &breaker);
    for _ in 0..20 {
        let short = Duration::from_millis(10);
        assert!(
            tokio::time::timeout(short, lm.complete(question()))
                .await
                .is_err()
        );
    }
    assert_eq!(breaker.state("m"), Some(BreakerState::Closed));
    assert!(breaker.transitions().is_empty());
}

/// Two routers with a gate of their own each count their attempts from the same number.
#[tokio::test(start_paused = true)]
async fn a_breaker_of_two_routers_does_not_take_one_call_for_another() {
    let down = || vec![fail(ErrorKind::Server); 5];
    let breaker = Breaker::new().seed(1);
    let late = Stage::new("m", [after(20_000, Act::Answer("late"))]);
    let stage = Stage::new("m", [down(), vec![Act::Silent]].concat());
    let (other, lm) = (alone(&late, &breaker), alone(&stage, &breaker));
    // the other router's calls are under way when it opens
    let mut before = Vec::new();
    for _ in 0..6 {
        let other = other.clone();
        before.push(tokio::spawn(
            async move { other.complete(question()).await },
        ));
        tokio::task::yield_now().await;
    }
    for _ in 0..5 {
        lm.complete(question()).await.unwrap_err();
    }
    assert_eq!(breaker.state("m"), Some(BreakerState::Open));
    tokio::time::sleep(Duration::from_secs(5)).await;
    // a probe that never ends; it is the sixth attempt of its router, as one of those is of the other
    let probe = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(question()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(breaker.state("m"), Some(BreakerState::HalfOpen));
    for call in before {
        call.await.unwrap().unwrap();
    }
    // what was asked before says nothing of the route as it is now: the probe is still the only one
    assert!(
        other
            .complete(question())
            .await
            .unwrap_err()
            .is_circuit_open()
    );
    probe.abort();
}

#[tokio::test(start_paused = true)]
async fn calls_from_before_an_outage_do_not_open_it_again() {
    let breaker = Breaker::new().seed(1).probes(1);
    let old = Stage::new("m", [after(20_000, fail(ErrorKind::Server))]);
    let stage = Stage::new(
        "m",
        [vec![fail(ErrorKind::Server); 5], vec![Act::Answer("ok")]].concat(),
    );
    let (old, lm) = (alone(&old, &breaker), alone(&stage, &breaker));
    let mut before = Vec::new();
    for _ in 0..5 {
        let old = old.clone();
        before.push(tokio::spawn(async move { old.complete(question()).await }));
        tokio::task::yield_now().await;
    }
    for _ in 0..5 {
        lm.complete(question()).await.unwrap_err();
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    lm.complete(question()).await.unwrap();
    assert_eq!(breaker.state("m"), Some(BreakerState::Closed));
    for call in before {
        call.await.unwrap().unwrap_err();
    }
    assert_eq!(breaker.state("m"), Some(BreakerState::Closed));
}
