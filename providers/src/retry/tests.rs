//! The rule, the waits, the budget, the deadline, the caller who leaves.
use super::{Retry, RetryBudget, RetryRule, Verdict, random::Random};
use crate::calling::{
    now,
    testing::{Act, Stage, after, fail, limited, pieces, question, timed_out, told},
};
use sigflow_core::{AttemptOutcome, Billed, Error, ErrorKind, Phase};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Every kind that there is, and what follows from it: times asked, alone and with two retries allowed.
#[tokio::test(start_paused = true)]
async fn every_kind_has_its_verdict() {
    use ErrorKind as Kind;
    use Verdict::{Again, Elsewhere, Larger, Stop};
    for (kind, verdict) in [
        (Kind::NoModel, Stop),
        (Kind::InvalidInput, Stop),
        (Kind::InvalidSignature, Stop),
        (Kind::Configuration, Elsewhere),
        (Kind::BadRequest, Stop),
        (Kind::Authentication, Elsewhere),
        (Kind::RateLimited, Again),
        (Kind::QuotaSpent, Elsewhere),
        (Kind::ContextLength, Larger),
        (Kind::ContentFilter, Stop),
        (Kind::Server, Again),
        (Kind::Transport, Again),
        (Kind::Timeout, Elsewhere),
        (Kind::PoolTimeout, Elsewhere),
        (Kind::IncompleteStream, Again),
        (Kind::CircuitOpen, Elsewhere),
        (Kind::UnknownStatus, Elsewhere),
        (Kind::Decode, Elsewhere),
        (Kind::NoContent, Elsewhere),
        (Kind::Parse, Stop),
        (Kind::Constraint, Stop),
        (Kind::Budget, Stop),
        (Kind::Cancelled, Stop),
        (Kind::State, Stop),
        (Kind::Model, Elsewhere),
    ] {
        assert_eq!(Verdict::of(&Error::new(kind, "")), verdict, "{kind:?}");
        let stage = Stage::new("stage", [fail(kind)]);
        let error = Retry::new(stage.lm())
            .lm()
            .complete(question())
            .await
            .unwrap_err();
        let asked = if verdict == Again { 3 } else { 1 };
        assert_eq!((error.kind(), stage.count()), (kind, asked), "{kind:?}");
        assert_eq!(error.attempts().len(), asked, "{kind:?}");
    }
    // what only the status tells
    let status = |kind, status| Verdict::of(&Error::new(kind, "").with_status(status));
    assert_eq!(status(Kind::Timeout, 408), Again);
    assert_eq!(status(Kind::Timeout, 200), Elsewhere);
    assert_eq!(status(Kind::BadRequest, 404), Elsewhere);
    assert_eq!(status(Kind::BadRequest, 400), Stop);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_not_asked_again() {
    for phase in [
        Phase::Connect,
        Phase::FirstToken,
        Phase::Idle,
        Phase::Total,
        Phase::Pool,
    ] {
        let stage = Stage::new("stage", [timed_out(phase), Act::Answer("late")]);
        let lm = Retry::new(stage.lm()).lm();
        let error = lm.complete(question()).await.unwrap_err();
        assert_eq!((error.phase(), stage.count()), (Some(phase), 1));
        let billed = error.attempts()[0].billed;
        let nothing_sent = matches!(phase, Phase::Connect | Phase::Pool);
        assert_eq!(billed == Billed::No, nothing_sent, "{phase:?}: {billed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_asked_again_and_all_attempts_are_told() {
    let stage = Stage::new(
        "stage",
        [
            after(300, fail(ErrorKind::Server)),
            fail(ErrorKind::Transport),
            after(200, Act::Answer("Paris")),
        ],
    );
    let begin = now();
    let response = Retry::new(stage.lm())
        .lm()
        .complete(question())
        .await
        .unwrap();
    assert_eq!(response.completions[0].text, "Paris");
    let [first, second, last] = &response.attempts[..] else {
        panic!("three attempts: {:?}", response.attempts);
    };
    assert_eq!(first.outcome, AttemptOutcome::Failed(ErrorKind::Server));
    assert_eq!(first.message.as_deref(), Some("Server"));
    assert_eq!((first.billed, second.billed), (Billed::No, Billed::Unknown));
    assert_eq!(last.outcome, AttemptOutcome::Answered);
    assert_eq!((last.billed, last.usage), (Billed::Yes, response.usage));
    assert_eq!(first.waited, Duration::ZERO);
    // the times add up to what the call took
    let all: Duration = response
        .attempts
        .iter()
        .map(|one| one.duration + one.waited)
        .sum();
    let took = now() - begin;
    assert!(
        took.abs_diff(all) < Duration::from_millis(5),
        "{took:?} {all:?}"
    );
}

#[test]
fn jitter_is_full_and_grows_to_its_cap() {
    let rule = RetryRule::new();
    let random = Random::seeded(1);
    for (index, most) in [
        (0, 0.5),
        (1, 1.0),
        (2, 2.0),
        (3, 4.0),
        (4, 8.0),
        (5, 8.0),
        (40, 8.0),
    ] {
        let waits: Vec<f64> = (0..1000)
            .map(|_| rule.wait(index, None, &random).unwrap().as_secs_f64())
            .collect();
        assert!(
            waits.iter().all(|wait| (0.0..most).contains(wait)),
            "{index}"
        );
        // full: all of the range is used, half of it on average
        let mean = waits.iter().sum::<f64>() / 1000.0;
        assert!(
            (mean / most - 0.5).abs() < 0.05,
            "{index}: {mean} of {most}"
        );
        assert!(
            waits.iter().any(|wait| *wait < most * 0.02)
                && waits.iter().any(|wait| *wait > most * 0.98)
        );
    }
}

#[test]
fn hints_are_waited_for_in_full_and_not_beyond_the_cap() {
    let rule = RetryRule::new();
    let random = Random::seeded(2);
    for seconds in [0, 1, 2, 30, 60] {
        let hint = SECOND * seconds;
        for _ in 0..200 {
            let wait = rule.wait(0, Some(hint), &random).unwrap();
            let most = hint.max(SECOND / 2) + SECOND / 2;
            assert!(hint <= wait && wait <= most, "{hint:?} {wait:?}");
        }
    }
    assert_eq!(rule.wait(0, Some(SECOND * 61), &random), None);
    assert_eq!(rule.wait(0, Some(Duration::MAX), &random), None);
    let short = rule.longest_hint(SECOND);
    assert_eq!(short.wait(0, Some(SECOND * 2), &random), None);
}

#[tokio::test(start_paused = true)]
async fn the_servers_hint_is_kept() {
    let stage = Stage::new("stage", [limited(SECOND * 2), Act::Answer("now")]);
    let response = Retry::new(stage.lm())
        .lm()
        .complete(question())
        .await
        .unwrap();
    let asked = stage.asked();
    assert!(asked[1] - asked[0] >= SECOND * 2);
    assert!(response.attempts[1].waited >= SECOND * 2);
}

#[tokio::test(start_paused = true)]
async fn a_hint_that_is_too_long_is_the_error_at_once() {
    let stage = Stage::new("stage", [limited(SECOND * 8549), Act::Answer("now")]);
    let begin = now();
    let error = Retry::new(stage.lm())
        .lm()
        .complete(question())
        .await
        .unwrap_err();
    assert_eq!((now(), stage.count()), (begin, 1));
    assert_eq!(error.retry_after(), Some(SECOND * 8549));

    // so is one beyond the deadline
    let stage = Stage::new("stage", [limited(SECOND * 5), Act::Answer("now")]);
    let mut request = question();
    request.deadline = Some(now() + SECOND * 3);
    let error = Retry::new(stage.lm())
        .lm()
        .complete(request)
        .await
        .unwrap_err();
    assert_eq!(
        (now(), stage.count(), error.kind()),
        (begin, 1, ErrorKind::RateLimited)
    );
}

#[tokio::test(start_paused = true)]
async fn attempts_share_one_deadline() {
    let stage = Stage::new("stage", [after(900, fail(ErrorKind::Server)), Act::Silent]);
    let mut request = question();
    let end = now() + SECOND * 2;
    request.deadline = Some(end);
    let rule = RetryRule::new().base(Duration::from_millis(10));
    let error = Retry::new(stage.lm())
        .rule(rule)
        .lm()
        .complete(request)
        .await
        .unwrap_err();
    // the caller's own timer knows nothing of attempts, so ours comes first
    assert!(now() < end && now() + Duration::from_millis(20) > end);
    assert_eq!(stage.count(), 2);
    assert!(
        stage
            .deadlines()
            .iter()
            .all(|told| told.is_some_and(|told| told < end))
    );
    // the first error, with the second beside it: its request was sent, and nobody knows what became of it
    assert_eq!(error.kind(), ErrorKind::Server);
    let outcomes: Vec<_> = error
        .attempts()
        .iter()
        .map(|one| (one.outcome, one.billed))
        .collect();
    assert_eq!(
        outcomes,
        [
            (AttemptOutcome::Failed(ErrorKind::Server), Billed::No),
            (AttemptOutcome::Failed(ErrorKind::Timeout), Billed::Unknown),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn no_attempt_begins_when_too_little_time_is_left() {
    let stage = Stage::new(
        "stage",
        [after(950, fail(ErrorKind::Server)), Act::Answer("late")],
    );
    let mut request = question();
    request.deadline = Some(now() + SECOND);
    let lm = Retry::new(stage.lm()).base(Duration::ZERO).lm();
    let error = lm.complete(request).await.unwrap_err();
    assert_eq!((error.kind(), stage.count()), (ErrorKind::Server, 1));

    // what an answer usually takes counts too
    let stage = Stage::new(
        "stage",
        [
            after(3000, Act::Answer("slow")),
            fail(ErrorKind::Server),
            Act::Answer("late"),
        ],
    );
    let lm = Retry::new(stage.lm()).base(Duration::ZERO).lm();
    lm.complete(question()).await.unwrap();
    let mut request = question();
    request.deadline = Some(now() + SECOND * 2);
    let error = lm.complete(request).await.unwrap_err();
    assert_eq!((error.kind(), stage.count()), (ErrorKind::Server, 2));

    // a call whose deadline has passed sends nothing
    let mut request = question();
    request.deadline = Some(now());
    let error = lm.complete(request).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(stage.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_ends_it() {
    // while a reply is awaited
    let stage = Stage::new("stage", [Act::Silent]);
    let lm = Retry::new(stage.lm()).lm();
    let ended = tokio::time::timeout(SECOND, lm.complete(question())).await;
    assert!(ended.is_err());
    assert_eq!((stage.count(), stage.alive()), (1, 0));
    // while a retry is waited for
    let stage = Stage::new("stage", [limited(SECOND * 10)]);
    let lm = Retry::new(stage.lm()).lm();
    assert!(
        tokio::time::timeout(SECOND, lm.complete(question()))
            .await
            .is_err()
    );
    assert!(
        tokio::time::timeout(SECOND, told(&lm, question()))
            .await
            .is_err()
    );
    tokio::time::sleep(SECOND * 60).await;
    assert_eq!((stage.count(), stage.alive()), (2, 0));
    // while pieces are awaited
    let stage = Stage::new("stage", [Act::Silent]);
    let lm = Retry::new(stage.lm()).lm();
    assert!(
        tokio::time::timeout(SECOND, told(&lm, question()))
            .await
            .is_err()
    );
    assert_eq!((stage.count(), stage.alive()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn all_calls_share_one_budget() {
    let stage = Stage::new("stage", [fail(ErrorKind::Server)]);
    let budget = RetryBudget::of(14 * 5);
    let other = Retry::new(stage.lm()).budget(&budget).lm();
    let lm = Retry::new(stage.lm()).budget(&budget).lm();
    for lm in [&lm, &other, &lm, &other] {
        lm.complete(question()).await.unwrap_err();
    }
    // four requests and the five retries that were allowed
    assert_eq!((stage.count(), budget.left()), (9, 0));
    // a retry that helped costs nothing
    let stage = Stage::new("stage", [fail(ErrorKind::Server), Act::Answer("fine")]);
    let budget = RetryBudget::of(20);
    let lm = Retry::new(stage.lm()).budget(&budget).lm();
    lm.complete(question()).await.unwrap();
    assert_eq!(budget.left(), 20);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_waits_the_same() {
    let mut all = Vec::new();
    for seed in [1, 1, 2] {
        let stage = Stage::new("stage", [fail(ErrorKind::Server)]);
        let lm = Retry::new(stage.lm()).seed(seed).lm();
        let error = lm.complete(question()).await.unwrap_err();
        all.push(
            error
                .attempts()
                .iter()
                .map(|one| one.waited)
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(all[0], all[1]);
    assert_ne!(all[0], all[2]);
}

#[test]
fn without_a_runtime_nothing_is_waited_for_and_nothing_panics() {
    let stage = Stage::new("stage", [fail(ErrorKind::Server), Act::Answer("late")]);
    let lm = Retry::new(stage.lm()).lm();
    let mut call = lm.complete(question());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(result) = call.as_mut().poll(&mut context) else {
        panic!("nothing to wait for");
    };
    assert!(result.unwrap_err().is_server());
    assert_eq!(stage.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_retry_inside_of_a_retry_tells_its_attempts() {
    let stage = Stage::new("stage", [fail(ErrorKind::Server)]);
    let inner = Retry::new(stage.lm()).retries(1).lm();
    let lm = Retry::new(inner).retries(1).lm();
    let error = lm.complete(question()).await.unwrap_err();
    assert_eq!((stage.count(), error.attempts().len()), (4, 4));
    assert!(error.attempts().iter().all(|one| one.route == "stage"));
}

/// A reply that began anew stands in the history as the caller has it, without what broke off before.
#[tokio::test(start_paused = true)]
async fn the_history_has_the_reply_that_counts() {
    let broken = pieces(&["half of "], fail(ErrorKind::Transport));
    let stage = Stage::new("stage", [broken, Act::Answer("all of it")]);
    let lm = Retry::new(stage.lm()).lm().with_content_history();
    let (pieces, end) = told(&lm, question()).await;
    assert!(
        end.is_ok() && pieces.contains(&"half of ".to_owned()),
        "{pieces:?}"
    );
    let content = lm.history()[0].content.clone().unwrap();
    assert_eq!(content.replies, ["all of it"]);
}

/// Each step that is taken because of a failure is told, with what it follows from.
#[tokio::test(start_paused = true)]
async fn recoveries_are_told() {
    use crate::telemetry::layers::{Event, Sink};
    #[derive(Default)]
    struct Heard(std::sync::Mutex<Vec<String>>);
    impl Sink for Heard {
        fn event(&self, event: &Event<'_>) {
            assert_eq!(event.name(), "error.recovery");
            self.0.lock().unwrap().push(format!("{event:?}"));
        }
    }
    let heard = std::sync::Arc::new(Heard::default());
    let first = Stage::new("first", [fail(ErrorKind::Server)]);
    let spare = Stage::new("spare", [Act::Answer("ok")]);
    let rule = RetryRule::new().retries(1).base(Duration::ZERO);
    let router = crate::route::Router::new([first.lm(), spare.lm()]).retry(rule);
    let lm = router.events(heard.clone()).lm();
    lm.complete(question()).await.unwrap();
    assert!(told(&spare.lm(), question()).await.1.is_ok());
    assert_eq!(
        *heard.0.lock().unwrap(),
        [
            r#"Recovery(Retry { route: "first", after: Server, retry: 1, wait: 0ns })"#,
            r#"Recovery(Fallback { from: "first", to: "spare", after: Server })"#,
        ]
    );
}
