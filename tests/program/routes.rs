//! Programs over a model that has several routes: what they see of it, and what their bounds count.
use sigflow::{
    AttemptOutcome, Billed, Budget, Error, ErrorKind, Phase, Recorder, Retry, Route, Router, Scope,
    Verdict, prelude::*, testing::Scripted,
};
use std::time::Duration;

signature! {
    struct Ask<'a> { question: &'a str } -> { answer: String }
    struct Judge<'a> { answer: &'a str } -> { good: bool }
}

#[program]
async fn judged(question: &str) -> Result<(String, bool)> {
    let found = Ask { question }.predict().await?;
    let answer = found.answer;
    let verdict = Judge { answer: &answer }.predict().await?;
    Ok((answer, verdict.good))
}

fn server_error() -> Error {
    Error::new(ErrorKind::Server, "the server is busy")
}

#[tokio::test(start_paused = true)]
async fn a_program_runs_over_a_fallback() {
    let first = Scripted::new([""; 0])
        .then("[[ ## answer ## ]]\nParis")
        .then_error(|| Error::new(ErrorKind::QuotaSpent, "no credit left"));
    let spare = Scripted::new(["[[ ## good ## ]]\ntrue"]);
    let lm = Lm::fallback([
        Route::new("first", first.lm()),
        Route::new("spare", spare.lm()),
    ]);

    let budget = Budget::new();
    let recorder = Recorder::new();
    let scope = Scope::current()
        .with_lm(&lm)
        .with_budget(&budget)
        .with_trace(&recorder);
    let run = scope.enter(judged("Which city?")).await;
    assert_eq!(run.unwrap(), ("Paris".to_owned(), true));

    // three requests; for budget, history and trace two calls
    assert_eq!((first.requests().len(), spare.requests().len()), (2, 1));
    assert_eq!((budget.spent().calls, lm.history().len()), (2, 2));
    let trace = recorder.trace();
    let exchanges: usize = trace
        .spans
        .iter()
        .filter_map(|span| span.call.as_ref())
        .map(|call| call.exchanges.len())
        .sum();
    assert_eq!(exchanges, 2);
    // and the tokens are those of the replies that were used
    let used: u64 = lm
        .history()
        .iter()
        .filter_map(|call| call.usage)
        .map(|usage| usage.total_tokens())
        .sum();
    assert_eq!(budget.spent().tokens, used);
    assert!(used > 0);
}

#[tokio::test(start_paused = true)]
async fn a_stream_begins_anew_on_another_route() {
    let broken = || Error::new(ErrorKind::Timeout, "silent").with_phase(Phase::Idle);
    let first = Scripted::new([""; 0]).then_broken(["[[ ## answer ## ]]\nLon", "don is"], broken);
    let spare = Scripted::new([""; 0]).then_pieces(["[[ ## answer ## ]]\nPa", "ris"]);
    let lm = Lm::fallback([
        Route::new("first", first.lm()),
        Route::new("spare", spare.lm()),
    ]);

    let mut stream = Ask { question: "?" }.predict().with(&lm).stream();
    let mut shown = String::new();
    while let Some(event) = stream.next().await.unwrap() {
        match event.what {
            FieldEvent::Delta(text) => shown.push_str(&text),
            FieldEvent::Restarted => shown.push('|'),
            _ => {}
        }
    }
    let prediction = stream.finish().await.unwrap();
    assert_eq!(prediction.output.answer, "Paris");
    let (void, kept) = shown.split_once('|').expect("a restart");
    assert!("London is".starts_with(void) && !void.is_empty());
    assert_eq!(kept, "Paris");
    let outcomes: Vec<_> = prediction
        .attempts
        .iter()
        .map(|one| (one.route.as_str(), one.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("first", AttemptOutcome::Failed(ErrorKind::Timeout)),
            ("spare", AttemptOutcome::Answered)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_be_billed_is_told_when_the_run_is_over() {
    let silent = Lm::from_fn(|_| std::future::pending::<Result<Response>>());
    let lm = Retry::new(silent).lm();
    let scope = Scope::current()
        .with_lm(&lm)
        .with_timeout(Duration::from_secs(2));
    let error = scope
        .enter(Ask { question: "?" }.predict())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Some(Phase::Deadline))
    );
    let [attempt] = error.attempts() else {
        panic!("one attempt: {error:?}");
    };
    assert_eq!(attempt.billed, Billed::Unknown);
}

#[tokio::test(start_paused = true)]
async fn attempts_of_all_questions_of_a_call_are_told() {
    let script = Scripted::new([""; 0])
        .then_error(server_error)
        .then("nothing that fits")
        .then_error(server_error)
        .then("[[ ## good ## ]]\ntrue");
    let lm = Retry::new(script.lm()).lm();
    let prediction = Judge { answer: "Paris" }
        .predict()
        .with(&lm)
        .reask(1)
        .prediction()
        .await
        .unwrap();
    assert!(prediction.output.good);
    assert_eq!((prediction.calls, prediction.attempts.len()), (2, 4));

    // a reply that cannot be read says what it took to get it
    let script = Scripted::new([""; 0])
        .then_error(server_error)
        .then("nothing that fits");
    let lm = Router::new([script.lm()]).lm();
    let error = Judge { answer: "Paris" }
        .predict()
        .with(&lm)
        .await
        .unwrap_err();
    assert!(error.is_parse());
    assert_eq!(error.attempts().len(), 2);
    assert_eq!(Verdict::of(&error), Verdict::Stop);
}
