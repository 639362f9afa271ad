//! Who is asked, who is waited for, which answer is taken.
use super::{Compare, Select};
use crate::{
    calling::{
        now,
        testing::{Act, Stage, after, fail, question, told},
    },
    price::{Price, Prices, Spending},
};
use sigflow_core::{
    AttemptOutcome::{Answered, Failed, Left},
    Billed, ErrorKind, Phase,
};
use std::{sync::Arc, time::Duration};

fn stages(acts: &[(&'static str, Act)]) -> Vec<Arc<Stage>> {
    let stage = |(name, act): &(&'static str, Act)| Stage::new(name, [act.clone()]);
    acts.iter().map(stage).collect()
}
fn compare(stages: &[Arc<Stage>]) -> Compare {
    Compare::new(stages.iter().map(Stage::lm))
}

#[tokio::test(start_paused = true)]
async fn all_at_once_and_late_ones_are_dropped_and_named() {
    let stages = stages(&[
        ("slow", after(31_000, Act::Answer("slow"))),
        ("good", after(20_000, Act::Answer("good"))),
        ("down", fail(ErrorKind::Server)),
        ("other", after(10_000, Act::Answer("other"))),
    ]);
    let start = now();
    let response = compare(&stages).lm().complete(question()).await.unwrap();
    assert_eq!((now() - start).as_secs(), 30);
    assert_eq!(
        (
            response.completions[0].text.as_str(),
            response.model.as_str()
        ),
        ("good", "good-2026")
    );
    let told: Vec<_> = response
        .attempts
        .iter()
        .map(|one| (one.route.as_str(), one.outcome))
        .collect();
    assert_eq!(
        told,
        [
            ("slow", Left),
            ("down", Failed(ErrorKind::Server)),
            ("other", Answered),
            ("good", Answered)
        ]
    );
    assert_eq!(response.attempts[0].billed, Billed::Unknown);
    assert!(
        stages
            .iter()
            .all(|stage| stage.alive() == 0 && stage.count() == 1)
    );
    let all = compare(&stages).all(question()).await;
    assert_eq!(
        (all.late, all.failed.len(), all.answers.len()),
        (vec!["slow".to_owned()], 1, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn which_answer_is_taken() {
    let stages = stages(&[
        ("a", after(300, Act::Answer("Lyon"))),
        ("b", after(200, Act::Answer("Paris"))),
        ("c", after(100, Act::Answer("Nice"))),
        ("d", after(400, Act::Answer(" Paris\n"))),
    ]);
    for (select, text, waited) in [
        (Select::Given, "Lyon", 400),
        (Select::Fastest, "Nice", 100),
        (Select::Majority, "Paris", 400),
        (Select::Shortest, "Lyon", 400),
        (Select::by(|answers| answers.len() - 1), " Paris\n", 400),
        (Select::by(|_| 99), "Lyon", 400),
    ] {
        let start = now();
        let name = format!("{select:?}");
        let lm = compare(&stages).select(select).lm();
        let response = lm.complete(question()).await.unwrap();
        assert_eq!(response.completions[0].text, text, "{name}");
        assert_eq!((now() - start).as_millis(), waited, "{name}");
        assert_eq!(response.attempts.len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn without_an_answer_the_first_error_comes_out() {
    let down = stages(&[
        ("a", after(200, fail(ErrorKind::Server))),
        ("b", after(100, fail(ErrorKind::Authentication))),
        ("c", Act::Silent),
    ]);
    let lm = compare(&down).wait(Duration::from_secs(1)).lm();
    let error = lm.complete(question()).await.unwrap_err();
    assert!(
        error.is_authentication() && error.attempts().len() == 3,
        "{error:?}"
    );
    let silent = stages(&[("a", Act::Silent), ("b", Act::Silent)]);
    let (_, end) = told(&compare(&silent).lm(), question()).await;
    let error = end.unwrap_err();
    assert!(
        error.is_timeout() && error.to_string().contains("none of 2 routes"),
        "{error}"
    );
    // by the call's deadline what came is an answer
    let mixed = stages(&[("a", Act::Silent), ("b", Act::Answer("ok"))]);
    let mut request = question();
    request.deadline = Some(now() + Duration::from_secs(2));
    let (pieces, end) = told(&compare(&mixed).lm(), request).await;
    assert_eq!(pieces, ["<b-2026>", "ok", "END 10"]);
    assert_eq!(end.unwrap().len(), 2);
    assert!(
        compare(&[])
            .lm()
            .complete(question())
            .await
            .unwrap_err()
            .is_configuration()
    );
}

/// A machine that sleeps wakes with answers and a deadline that is over.
#[tokio::test(start_paused = true)]
async fn a_stream_after_its_deadline_tells_who_was_asked() {
    let stages = stages(&[
        ("a", after(100, Act::Answer("ok"))),
        ("b", after(200, Act::Answer("ok"))),
    ]);
    let lm = compare(&stages).lm();
    let mut request = question();
    request.deadline = Some(now() + Duration::from_secs(1));
    let call = tokio::spawn(async move { told(&lm, request).await });
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_secs(5)).await;
    let (pieces, end) = call.await.unwrap();
    let error = end.unwrap_err();
    assert!(pieces.is_empty() && error.is_timeout(), "{error}");
    assert_eq!(error.phase(), Some(Phase::Deadline));
    assert_eq!(error.attempts().len(), 2);
}

/// Answers of 7 tokens in and 3 out by models `a-2026`, `b-2026` and `c-2026`, at one, two and four dollars a token.
fn priced() -> Prices {
    let prices = [("a", 1e6), ("b", 2e6), ("c", 4e6)].into_iter();
    prices.fold(Prices::none(), |prices, (model, price)| {
        prices
            .set(model, Price::new(price, price))
            .set(format!("{model}-2026"), Price::new(price, price))
    })
}

#[tokio::test(start_paused = true)]
async fn every_answer_costs_and_the_one_that_was_picked_is_the_last() {
    let stages = stages(&[
        ("a", Act::Answer("Lyon")),
        ("b", after(10, Act::Answer("Paris"))),
        ("c", after(20, Act::Answer("Lyon"))),
    ]);
    let spending = Spending::new(&priced());
    let inside = || Compare::new(stages.iter().map(|stage| spending.around(&stage.lm())));
    let outside = Compare::new(stages.iter().map(Stage::lm)).lm();
    for lm in [inside().lm(), Spending::new(&priced()).around(&outside)] {
        let response = lm.complete(question()).await.unwrap();
        let costs = |attempts: &[sigflow_core::Attempt]| -> Vec<_> {
            attempts
                .iter()
                .map(|one| (one.route.clone(), one.cost))
                .collect()
        };
        let each = [
            ("b".to_owned(), Some(20.0)),
            ("c".to_owned(), Some(40.0)),
            ("a".to_owned(), Some(10.0)),
        ];
        assert_eq!(costs(&response.attempts), each);
        assert_eq!(response.cost, Some(10.0));
        // and in pieces
        let (_, end) = told(&lm, question()).await;
        assert_eq!(costs(&end.unwrap()), each);
    }
    // side by side they stand in the order of the routes
    let all = inside().all(question()).await;
    let costs: Vec<_> = all.attempts.iter().map(|one| one.cost).collect();
    assert_eq!(costs, [Some(10.0), Some(20.0), Some(40.0)]);
    assert_eq!(
        (spending.spent().dollars, spending.spent().tokens),
        (210.0, 90)
    );
    // around a comparison, all answers count too
    let spending = Spending::new(&priced());
    spending
        .around(&outside)
        .complete(question())
        .await
        .unwrap();
    let spent = spending.spent();
    assert_eq!((spent.dollars, spent.tokens, spent.calls), (70.0, 30, 1));
}
