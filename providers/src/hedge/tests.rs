//! When the second route is asked, who answers, what is told of the other.
use super::Hedge;
use crate::{
    calling::testing::{Act, Stage, after, fail, question, told},
    price::{Price, Prices, Spending},
    route::Route,
    telemetry::layers::{Event, Sink},
};
use sigflow_core::{AttemptOutcome, Billed, ErrorKind, Response};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A first route that answers in 100 ms so often, then by these acts; a second that answers in 50 ms.
fn two(often: usize, then: Vec<Act>) -> (Arc<Stage>, Arc<Stage>, Hedge) {
    let usual = vec![after(100, Act::Answer("first")); often];
    let first = Stage::new("first", [usual, then].concat());
    let second = Stage::new("second", [after(50, Act::Answer("second"))]);
    let hedge = Hedge::new(first.lm(), Route::new("second", second.lm()));
    (first, second, hedge)
}

fn outcomes(response: &Response) -> Vec<(&str, AttemptOutcome, Billed)> {
    let attempts = response.attempts.iter();
    attempts
        .map(|one| (one.route.as_str(), one.outcome, one.billed))
        .collect()
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);
impl Sink for Heard {
    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(format!("{event:?}"));
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_speaks_first_answers_and_the_other_is_perhaps_billed() {
    let (first, second, hedge) = two(40, vec![Act::Silent]);
    let heard = Arc::new(Heard::default());
    let hedge = hedge.events(heard.clone());
    let lm = hedge.lm();
    for _ in 0..40 {
        let response = lm.complete(question()).await.unwrap();
        assert_eq!(
            outcomes(&response),
            [("first", AttemptOutcome::Answered, Billed::Yes)]
        );
    }
    assert_eq!(second.count(), 0);
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(response.completions[0].text, "second");
    assert_eq!(
        outcomes(&response),
        [
            ("first", AttemptOutcome::Left, Billed::Unknown),
            ("second", AttemptOutcome::Answered, Billed::Yes)
        ]
    );
    assert_eq!(response.attempts[0].duration, Duration::from_millis(150));
    // the loser's connection is gone
    assert_eq!((first.alive(), second.alive()), (0, 0));
    assert_eq!((hedge.made(), hedge.won()), (1, 1));
    assert_eq!(
        *heard.0.lock().unwrap(),
        [r#"Recovery(Hedge { from: "first", to: "second", silent: 100ms })"#]
    );
}

#[tokio::test(start_paused = true)]
async fn streams_go_by_their_first_token() {
    let slow = after(120, Act::Answer("slow"));
    let (first, second, hedge) = two(40, vec![slow, Act::Silent]);
    let lm = hedge.lm();
    for _ in 0..40 {
        let (pieces, end) = told(&lm, question()).await;
        assert_eq!(pieces, ["<first-2026>", "first", "END 10"]);
        assert_eq!(end.unwrap().len(), 1);
    }
    // the first speaks 20 ms after the hedge began: it answers, and the hedge is left
    let (pieces, end) = told(&lm, question()).await;
    assert_eq!(pieces, ["<first-2026>", "slow", "END 10"]);
    let attempts = end.unwrap();
    assert_eq!(
        (attempts[0].route.as_str(), attempts[0].outcome),
        ("second", AttemptOutcome::Left)
    );
    assert_eq!((hedge.made(), hedge.won(), second.alive()), (1, 0, 0));
    for _ in 0..1 {
        let (pieces, _) = told(&lm, question()).await;
        assert_eq!(pieces, ["<second-2026>", "second", "END 10"]);
    }
    assert_eq!((hedge.made(), hedge.won(), first.alive()), (2, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn at_most_one_in_twenty_is_hedged() {
    // each call takes longer than the one before: all are slow
    let slower: Vec<Act> = (0..400)
        .map(|number| after(100 + number, Act::Answer("first")))
        .collect();
    let first = Stage::new("first", slower);
    let second = Stage::new("second", [Act::Silent]);
    let hedge = Hedge::new(first.lm(), second.lm());
    let lm = hedge.lm();
    for _ in 0..400 {
        lm.complete(question()).await.unwrap();
    }
    assert_eq!((hedge.made(), second.count()), (20, 20));
    let none = Hedge::new(first.lm(), second.lm()).share(0.0);
    for _ in 0..100 {
        none.lm().complete(question()).await.unwrap();
    }
    assert_eq!(none.made(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_one_leaves_the_other() {
    let late = after(500, fail(ErrorKind::Server));
    let (_, _, hedge) = two(
        40,
        vec![late.clone(), after(110, fail(ErrorKind::Server)), late],
    );
    let lm = hedge.lm();
    for _ in 0..40 {
        lm.complete(question()).await.unwrap();
    }
    // the second is faster than the failure, then slower
    assert_eq!(
        lm.complete(question()).await.unwrap().completions[0].text,
        "second"
    );
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(response.completions[0].text, "second");
    assert_eq!(
        response.attempts[0].outcome,
        AttemptOutcome::Failed(ErrorKind::Server)
    );

    // both fail: the first error, and what was tried
    let usual = vec![after(100, Act::Answer("first")); 30];
    let first = Stage::new(
        "first",
        [usual, vec![after(200, fail(ErrorKind::Server))]].concat(),
    );
    let second = Stage::new("second", [fail(ErrorKind::Authentication)]);
    let hedge = Hedge::new(first.lm(), second.lm());
    let lm = hedge.lm();
    for _ in 0..30 {
        lm.complete(question()).await.unwrap();
    }
    let error = lm.complete(question()).await.unwrap_err();
    assert!(error.is_authentication());
    assert_eq!(error.attempts().len(), 2);
    // and a failure that comes before the hedge is the call's
    let first = Stage::new("first", [fail(ErrorKind::Server)]);
    let hedge = Hedge::new(first.lm(), second.lm());
    assert_eq!(
        hedge.lm().complete(question()).await.unwrap_err().kind(),
        ErrorKind::Server
    );
    assert_eq!(
        told(&hedge.lm(), question()).await.1.unwrap_err().kind(),
        ErrorKind::Server
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_known_to_be_dear_is_not_hedged() {
    // half a cent for the 500 tokens of a reply whose longest length nobody set
    let prices = Prices::none().set("second", Price::new(0.0, 10.0));
    let hedged = async |cap: f64, prices: &Prices, longest: Option<u32>, streams: bool| {
        let (_, second, hedge) = two(40, vec![after(10_000, Act::Answer("slow"))]);
        let hedge = hedge.cost_cap(cap, prices);
        let lm = hedge.lm();
        let mut last = question();
        last.settings.max_tokens = longest;
        for number in 0..41 {
            let request = if number < 40 {
                question()
            } else {
                last.clone()
            };
            if streams {
                told(&lm, request).await.1.unwrap();
            } else {
                lm.complete(request).await.unwrap();
            }
        }
        assert_eq!(second.count() as u64, hedge.made());
        (hedge.made(), hedge.too_dear())
    };
    for streams in [false, true] {
        assert_eq!(hedged(0.004, &prices, None, streams).await, (0, 1));
        assert_eq!(hedged(0.006, &prices, None, streams).await, (1, 0));
        // a shorter reply costs less, a longer one more
        assert_eq!(hedged(0.004, &prices, Some(300), streams).await, (1, 0));
        assert_eq!(hedged(0.006, &prices, Some(900), streams).await, (0, 1));
        // what nobody knows is no reason to wait
        let unknown = Prices::none().set("first", Price::new(0.0, 10.0));
        assert_eq!(hedged(0.004, &unknown, None, streams).await, (1, 0));
    }
    // what is not hedged takes nothing of the share, which allows for one; of a hundred calls five may be slow before
    // that is what is usual
    let (_, _, hedge) = two(100, vec![after(10_000, Act::Answer("slow"))]);
    let hedge = hedge.share(0.01).cost_cap(0.004, &prices);
    let mut cheap = question();
    cheap.settings.max_tokens = Some(10);
    for _ in 0..104 {
        hedge.lm().complete(question()).await.unwrap();
    }
    assert_eq!((hedge.made(), hedge.too_dear()), (0, 4));
    hedge.lm().complete(cheap).await.unwrap();
    assert_eq!(hedge.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_says_what_it_cost_whoever_gave_it() {
    let second = Stage::new("second", [after(50, Act::Answer("second"))]);
    let usual = vec![after(100, Act::Answer("first")); 30];
    let first = Stage::new("first", [usual, vec![Act::Silent]].concat());
    let prices = Prices::none()
        .set("first", Price::new(1e6, 1e6))
        .set("second", Price::new(2e6, 2e6));
    let spending = Spending::new(&prices);
    let hedge = Hedge::new(spending.around(&first.lm()), spending.around(&second.lm()));
    let lm = hedge.lm();
    for _ in 0..30 {
        let response = lm.complete(question()).await.unwrap();
        let last = response.attempts.last().unwrap();
        assert_eq!((response.cost, last.cost), (Some(10.0), Some(10.0)));
    }
    let response = lm.complete(question()).await.unwrap();
    let costs: Vec<_> = response.attempts.iter().map(|one| one.cost).collect();
    assert_eq!((response.cost, costs), (Some(20.0), vec![None, Some(20.0)]));
    // who was left may have been billed
    assert!(spending.spent().perhaps_dollars > 0.0);
}
