//! Who is asked, who is waited for, which answer is taken.
use super::{Compare, Select};
use crate::calling::{
    now,
    testing::{Act, Stage, after, fail, question, told},
};
use sigflow_core::{
    AttemptOutcome::{Answered, Failed, Left},
    Billed, ErrorKind,
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
            ("good", Answered),
            ("down", Failed(ErrorKind::Server)),
            ("other", Answered)
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
