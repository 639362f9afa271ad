//! Which route answers, what an outage costs, what a stream shows.
use super::{Admission, Ended, Gate, Route, Router, Ticket};
use crate::{
    calling::{
        now,
        testing::{Act, Stage, after, fail, limited, pieces, question, timed_out, told},
    },
    retry::{RetryRule, Verdict},
};
use sigflow_core::{
    Attempt, AttemptOutcome, Billed, Capabilities, Effort, Error, ErrorKind, Lm, Phase,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const SECOND: Duration = Duration::from_secs(1);

fn routes(attempts: &[Attempt]) -> Vec<&str> {
    attempts.iter().map(|one| one.route.as_str()).collect()
}
fn two(one: &Arc<Stage>, other: &Arc<Stage>) -> Router {
    Router::new([one.lm(), other.lm()])
}

#[tokio::test(start_paused = true)]
async fn the_next_route_answers_for_one_that_fails() {
    let first = Stage::new("first", [fail(ErrorKind::Server)]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).lm();
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(response.completions[0].text, "Paris");
    // who answered, and what that took
    assert_eq!(response.model, "spare-2026");
    assert_eq!(response.usage.unwrap().total_tokens(), 10);
    assert_eq!(
        routes(&response.attempts),
        ["first", "first", "first", "spare"]
    );
    assert_eq!(response.attempts[3].outcome, AttemptOutcome::Answered);
    // for the history it is one call
    assert_eq!(lm.history().len(), 1);
    assert_eq!((lm.name(), lm.history()[0].error), ("first, spare", None));
}

/// Which verdict asks whom how often, with a spare that answers.
#[tokio::test(start_paused = true)]
async fn who_falls_back_by_default() {
    for (kind, asked, rescued) in [
        (ErrorKind::Server, 3, true),
        (ErrorKind::RateLimited, 3, true),
        (ErrorKind::Transport, 3, true),
        (ErrorKind::IncompleteStream, 3, true),
        (ErrorKind::Timeout, 1, true),
        (ErrorKind::QuotaSpent, 1, true),
        (ErrorKind::Authentication, 1, true),
        (ErrorKind::Decode, 1, true),
        (ErrorKind::ContentFilter, 1, false),
        (ErrorKind::ContextLength, 1, false),
        (ErrorKind::BadRequest, 1, false),
        (ErrorKind::Budget, 1, false),
    ] {
        let first = Stage::new("first", [fail(kind)]);
        let spare = Stage::new("spare", [Act::Answer("Paris")]);
        let result = two(&first, &spare).lm().complete(question()).await;
        assert_eq!(result.is_ok(), rescued, "{kind:?}");
        assert_eq!(
            (first.count(), spare.count()),
            (asked, usize::from(rescued)),
            "{kind:?}"
        );
        // and so do streams
        let (first, spare) = (
            Stage::new("first", [fail(kind)]),
            Stage::new("spare", [Act::Answer("Paris")]),
        );
        let (_, end) = told(&two(&first, &spare).lm(), question()).await;
        assert_eq!(end.is_ok(), rescued, "{kind:?}");
        assert_eq!(
            (first.count(), spare.count()),
            (asked, usize::from(rescued)),
            "{kind:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_error_is_not_masked() {
    let first = Stage::new("first", [timed_out(Phase::Total)]);
    let spare = Stage::new("spare", [fail(ErrorKind::BadRequest)]);
    let error = two(&first, &spare)
        .lm()
        .complete(question())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Some(Phase::Total))
    );
    assert_eq!(routes(error.attempts()), ["first", "spare"]);
    assert_eq!(error.attempts()[0].billed, Billed::Unknown);
    assert_eq!(
        error.attempts()[1].outcome,
        AttemptOutcome::Failed(ErrorKind::BadRequest)
    );

    // but what was never sent says less than a server's word
    let first = Stage::new("first", [fail(ErrorKind::CircuitOpen)]);
    let spare = Stage::new("spare", [fail(ErrorKind::Authentication)]);
    let error = two(&first, &spare)
        .lm()
        .complete(question())
        .await
        .unwrap_err();
    assert!(error.is_authentication());
}

#[tokio::test(start_paused = true)]
async fn a_long_prompt_goes_only_where_there_is_more_room() {
    let first = Stage::new("first", [fail(ErrorKind::ContextLength)]);
    let small = Stage::new("small", [Act::Answer("no")]);
    let large = Stage::new("large", [Act::Answer("yes")]);
    let lm = Router::new([
        Route::new("first", first.lm()).context_window(8_000),
        Route::new("small", small.lm()).context_window(8_000),
        Route::new("unknown", small.lm()),
        Route::new("large", large.lm()).context_window(128_000),
    ])
    .lm();
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(routes(&response.attempts), ["first", "large"]);
    assert_eq!(small.count(), 0);
    // it is no fault of the route's: the next call begins there again
    lm.complete(question()).await.unwrap();
    assert_eq!(first.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn verdicts_are_the_users() {
    let first = Stage::new("first", [fail(ErrorKind::ContentFilter)]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let rule = RetryRule::new().judge(ErrorKind::ContentFilter, Verdict::Elsewhere);
    let response = two(&first, &spare)
        .retry(rule)
        .lm()
        .complete(question())
        .await
        .unwrap();
    assert_eq!(routes(&response.attempts), ["first", "spare"]);
    // a route's own rule goes before the router's
    let first = Stage::new("first", [fail(ErrorKind::Server)]);
    let route = Route::new("first", first.lm()).retry(RetryRule::never());
    let lm = Router::new([route, spare.lm().into()]).lm();
    lm.complete(question()).await.unwrap();
    assert_eq!(first.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_silent_route_is_left_for_the_next() {
    let first = Stage::new("first", [Act::Silent]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let begin = now();
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    assert_eq!(said, ["<spare-2026>", "Paris", "END 10"]);
    assert_eq!(routes(&end.unwrap()), ["first", "spare"]);
    let took = now() - begin;
    assert!(took >= SECOND * 10 && took < SECOND * 11, "{took:?}");
    assert_eq!((first.count(), first.alive()), (1, 0));

    // a whole reply says nothing before its end
    let first = Stage::new("first", [Act::Silent]);
    let begin = now();
    let response = two(&first, &spare).lm().complete(question()).await.unwrap();
    let took = now() - begin;
    assert!(took >= SECOND * 60 && took < SECOND * 61, "{took:?}");
    assert_eq!(response.attempts[0].billed, Billed::Unknown);
    assert_eq!(first.alive(), 0);

    // and so does a model that thinks
    let first = Stage::new("first", [after(50_000, Act::Answer("42"))]);
    let mut request = question();
    request.settings.reasoning_effort = Some(Effort::High);
    let (said, _) = told(&two(&first, &spare).lm(), request).await;
    assert_eq!(said[1], "42");
}

#[tokio::test(start_paused = true)]
async fn the_last_route_has_its_time() {
    let first = Stage::new("first", [fail(ErrorKind::QuotaSpent)]);
    let spare = Stage::new("spare", [after(300_000, Act::Answer("Paris"))]);
    let lm = two(&first, &spare).lm();
    assert!(lm.complete(question()).await.is_ok());
    // nor is a slow route left for one that is known to be down
    let slow = Stage::new("slow", [after(30_000, Act::Answer("Paris"))]);
    let down = Stage::new("down", [fail(ErrorKind::Server)]);
    let lm = Router::new([down.lm(), slow.lm()]).lm();
    for _ in 0..2 {
        let (said, end) = told(&lm, question()).await;
        assert_eq!((said[1].as_str(), end.is_ok()), ("Paris", true));
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_hardly_a_request() {
    // down for a minute, then well
    let first = Stage::new("first", [fail(ErrorKind::Server)]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).seed(3).lm();
    let mut asked = Vec::new();
    for _ in 0..15 {
        let before = first.count();
        let response = lm.complete(question()).await.unwrap();
        assert_eq!(response.model, "spare-2026");
        asked.push(first.count() - before);
        tokio::time::sleep(SECOND * 4).await;
    }
    // the first call finds out, with its retries; then one probe now and then, without any
    assert_eq!(asked[0], 3);
    assert!(asked[1..].iter().all(|count| *count <= 1), "{asked:?}");
    assert!(asked[1..].iter().sum::<usize>() <= 5, "{asked:?}");
    assert_eq!(asked[1], 0);
}

#[tokio::test(start_paused = true)]
async fn a_route_that_is_well_again_is_found() {
    let first = Stage::new(
        "first",
        [
            fail(ErrorKind::Server),
            fail(ErrorKind::Server),
            fail(ErrorKind::Server),
            Act::Answer("home"),
        ],
    );
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).lm();
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    tokio::time::sleep(SECOND * 3).await;
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    tokio::time::sleep(SECOND * 3).await;
    assert_eq!(lm.complete(question()).await.unwrap().model, "first-2026");
    assert_eq!(lm.complete(question()).await.unwrap().attempts.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_call_at_a_time_probes() {
    let first = Stage::new(
        "first",
        [timed_out(Phase::Total), after(500, fail(ErrorKind::Server))],
    );
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).lm();
    lm.complete(question()).await.unwrap();
    tokio::time::sleep(SECOND * 6).await;
    let many: Vec<_> = (0..20)
        .map(|_| tokio::spawn(lm.complete(question())))
        .collect();
    for call in many {
        assert_eq!(call.await.unwrap().unwrap().model, "spare-2026");
    }
    assert_eq!(first.count(), 2);
    // a prober who leaves frees the place
    tokio::time::sleep(SECOND * 20).await;
    let left = tokio::time::timeout(SECOND / 10, lm.complete(question())).await;
    assert!(left.is_err());
    assert_eq!(first.count(), 3);
    lm.complete(question()).await.unwrap();
    assert_eq!(first.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_together_cool_a_route_once() {
    let down = after(100, timed_out(Phase::Total));
    let first = Stage::new(
        "first",
        [vec![down; 20], vec![Act::Answer("home")]].concat(),
    );
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).lm();
    let many: Vec<_> = (0..20)
        .map(|_| tokio::spawn(lm.complete(question())))
        .collect();
    for call in many {
        assert_eq!(call.await.unwrap().unwrap().model, "spare-2026");
    }
    assert_eq!(first.count(), 20);
    // for the first cool-down, and not for one that twenty failures have doubled
    tokio::time::sleep(SECOND * 5).await;
    assert_eq!(lm.complete(question()).await.unwrap().model, "first-2026");
}

#[tokio::test(start_paused = true)]
async fn a_rate_limited_route_rests_as_long_as_it_asks_for() {
    let first = Stage::new("first", [limited(SECOND * 30), Act::Answer("home")]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).lm();
    let begin = now();
    // longer than a call waits while there is a spare
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    assert_eq!(now(), begin);
    tokio::time::sleep(SECOND * 29).await;
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    tokio::time::sleep(SECOND * 2).await;
    assert_eq!(lm.complete(question()).await.unwrap().model, "first-2026");
    // a short hint is waited for on the spot
    let first = Stage::new("first", [limited(SECOND * 2), Act::Answer("home")]);
    let begin = now();
    let lm = two(&first, &spare).lm();
    assert_eq!(lm.complete(question()).await.unwrap().model, "first-2026");
    assert!(now() - begin >= SECOND * 2);
}

#[tokio::test(start_paused = true)]
async fn a_route_that_cools_is_better_than_none() {
    let first = Stage::new("first", [fail(ErrorKind::QuotaSpent), Act::Answer("home")]);
    let spare = Stage::new("spare", [Act::Answer("Paris"), fail(ErrorKind::QuotaSpent)]);
    let lm = two(&first, &spare).lm();
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(routes(&response.attempts), ["spare", "first"]);
    // all of them down: each is asked once, and the call ends
    let (one, other) = (
        Stage::new("one", [fail(ErrorKind::Server)]),
        Stage::new("other", [fail(ErrorKind::Server)]),
    );
    let lm = two(&one, &other).lm();
    lm.complete(question()).await.unwrap_err();
    let before = (one.count(), other.count());
    let error = lm.complete(question()).await.unwrap_err();
    assert_eq!((one.count(), other.count()), (before.0 + 1, before.1 + 1));
    assert_eq!(error.attempts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_callers_short_deadline_cools_nobody() {
    let first = Stage::new("first", [Act::Silent, Act::Answer("home")]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let lm = two(&first, &spare).lm();
    let mut request = question();
    request.deadline = Some(now() + SECOND / 10);
    let error = lm.complete(request).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Some(Phase::Deadline))
    );
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(lm.complete(question()).await.unwrap().model, "first-2026");
}

#[tokio::test(start_paused = true)]
async fn a_break_before_the_first_piece_is_not_seen() {
    let first = Stage::new("first", [pieces(&[], fail(ErrorKind::Server))]);
    let spare = Stage::new("spare", [pieces(&["Par", "is"], Act::Answer("!"))]);
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    // neither its head nor its empty piece
    assert_eq!(said[..3], ["<spare-2026>", "Par", "is"]);
    assert_eq!(routes(&end.unwrap()), ["first", "first", "first", "spare"]);
}

#[tokio::test(start_paused = true)]
async fn a_break_after_it_begins_anew_and_is_never_glued() {
    // by the retry rule in the same place
    let first = Stage::new(
        "first",
        [pieces(&["Lon", "d"], Act::Cut), Act::Answer("Paris")],
    );
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    assert_eq!(
        said,
        [
            "<first-2026>",
            "Lon",
            "d",
            "RESTART",
            "<first-2026>",
            "Paris",
            "END 10"
        ]
    );
    let attempts = end.unwrap();
    assert_eq!(routes(&attempts), ["first", "first"]);
    assert_eq!(
        attempts[0].outcome,
        AttemptOutcome::Failed(ErrorKind::IncompleteStream)
    );
    assert_eq!(attempts[0].billed, Billed::Unknown);

    // elsewhere at once, where it stalled
    let first = Stage::new(
        "first",
        [pieces(&["Lon"], after(10_000, timed_out(Phase::Idle)))],
    );
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    assert_eq!(
        said,
        [
            "<first-2026>",
            "Lon",
            "RESTART",
            "<spare-2026>",
            "Rome",
            "END 10"
        ]
    );
    assert_eq!(routes(&end.unwrap()), ["first", "spare"]);

    // once for each reply that was seen, and only then
    let first = Stage::new("first", [pieces(&["a"], timed_out(Phase::Idle))]);
    let second = Stage::new("second", [timed_out(Phase::FirstToken)]);
    let third = Stage::new("third", [pieces(&["b"], timed_out(Phase::Idle))]);
    let lm = Router::new([first.lm(), second.lm(), third.lm(), spare.lm()]).lm();
    let (said, _) = told(&lm, question()).await;
    let text = said.join(" ");
    assert_eq!(
        text,
        "<first-2026> a RESTART <third-2026> b RESTART <spare-2026> Rome END 10"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_seen_stays_when_nobody_else_answers() {
    let first = Stage::new("first", [pieces(&["Lon"], timed_out(Phase::Idle))]);
    let spare = Stage::new("spare", [fail(ErrorKind::BadRequest)]);
    let (said, end) = told(&two(&first, &spare).lm(), question()).await;
    // no restart: what came is the error's partial reply
    assert_eq!(said, ["<first-2026>", "Lon"]);
    let error = end.unwrap_err();
    assert_eq!(
        (error.phase(), error.attempts().len()),
        (Some(Phase::Idle), 2)
    );
    assert_eq!((first.alive(), spare.alive()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn who_cannot_take_back_gets_the_error() {
    let first = Stage::new("first", [pieces(&["Lon"], fail(ErrorKind::Transport))]);
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let lm = two(&first, &spare).restart(false).lm();
    let (said, end) = told(&lm, question()).await;
    assert_eq!(said, ["<first-2026>", "Lon"]);
    assert!(end.unwrap_err().is_transport());
    assert_eq!((first.count(), spare.count()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stream_keeps_the_deadline() {
    let first = Stage::new("first", [pieces(&["Lon"], Act::Silent)]);
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let mut request = question();
    let end = now() + SECOND * 3;
    request.deadline = Some(end);
    let (said, result) = told(&two(&first, &spare).lm(), request).await;
    let error = result.unwrap_err();
    assert_eq!((error.phase(), said.len()), (Some(Phase::Deadline), 2));
    assert!(now() < end && now() + Duration::from_millis(20) > end);
    assert_eq!(error.attempts()[0].billed, Billed::Unknown);
    assert_eq!((first.alive(), spare.count()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn routers_nest() {
    let broken = Stage::new("broken", [pieces(&["x"], timed_out(Phase::Idle))]);
    let inside = Stage::new("inside", [pieces(&["y"], timed_out(Phase::Idle))]);
    let spare = Stage::new("spare", [Act::Answer("Rome")]);
    let inner = Route::new("inner", two(&broken, &inside).lm());
    let (said, end) = told(&Router::new([inner, spare.lm().into()]).lm(), question()).await;
    assert_eq!(
        said.join(" "),
        "<broken-2026> x RESTART <inside-2026> y RESTART <spare-2026> Rome END 10"
    );
    assert_eq!(
        routes(&end.unwrap()),
        ["inner: broken", "inner: inside", "spare"]
    );
}

#[tokio::test(start_paused = true)]
async fn weights_share_the_calls() {
    let (one, other, spare) = (
        Stage::new("one", [Act::Answer("1")]),
        Stage::new("other", [Act::Answer("2")]),
        Stage::new("spare", [Act::Answer("3")]),
    );
    let lm = Router::weighted([
        Route::new("one", one.lm()).weight(3),
        Route::new("other", other.lm()),
        Route::new("spare", spare.lm()).weight(0),
    ])
    .seed(5)
    .lm();
    for _ in 0..1000 {
        lm.complete(question()).await.unwrap();
    }
    assert!((700..800).contains(&one.count()), "{}", one.count());
    assert_eq!((one.count() + other.count(), spare.count()), (1000, 0));
}

#[tokio::test(start_paused = true)]
async fn the_faster_route_gets_the_calls() {
    let slow = Stage::new("slow", [after(900, Act::Answer("1"))]);
    let fast = Stage::new("fast", [after(100, Act::Answer("2"))]);
    let middle = Stage::new("middle", [after(400, Act::Answer("2"))]);
    let lm = Router::fastest([slow.lm(), fast.lm(), middle.lm()])
        .seed(1)
        .lm();
    for _ in 0..90 {
        told(&lm, question()).await.1.unwrap();
    }
    // of two at random the better: two of three calls, one of three, and none after the first
    assert!(
        fast.count() > 50 && slow.count() <= 2,
        "{} {}",
        fast.count(),
        slow.count()
    );
    assert!(middle.count() > 15, "{}", middle.count());
    // what is under way counts
    let (one, other) = (
        Stage::new("one", [after(1000, Act::Answer("1"))]),
        Stage::new("other", [after(1000, Act::Answer("2"))]),
    );
    let lm = Router::fastest([one.lm(), other.lm()]).lm();
    for _ in 0..3 {
        let both = tokio::join!(lm.complete(question()), lm.complete(question()));
        assert!(both.0.is_ok() && both.1.is_ok());
    }
    assert_eq!((one.count(), other.count()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn the_cheaper_route_gets_the_calls() {
    let stages =
        ["unknown", "dear", "cheap", "wordy"].map(|name| Stage::new(name, [Act::Answer("")]));
    let [unknown, dear, cheap, wordy] = &stages;
    let router = || {
        Router::cheapest([
            Route::new("unknown", unknown.lm()),
            Route::new("dear", dear.lm()).price(10.0, 10.0),
            Route::new("cheap", cheap.lm()).price(2.0, 2.0),
            // its prompts are cheap and its replies are not
            Route::new("wordy", wordy.lm()).price(0.1, 50.0),
        ])
    };
    router().lm().complete(question()).await.unwrap();
    assert_eq!(stages.each_ref().map(|stage| stage.count()), [0, 0, 1, 0]);
    let mut request = question();
    request.settings.max_tokens = Some(1);
    request
        .turns
        .push(sigflow_core::Message::user("word ".repeat(10_000)));
    router().lm().complete(request).await.unwrap();
    assert_eq!(stages.each_ref().map(|stage| stage.count()), [0, 0, 1, 1]);
}

#[tokio::test]
async fn routes_have_names_and_abilities_of_all() {
    let (one, other) = (
        Stage::new("same", [Act::Silent]),
        Stage::new("same", [Act::Silent]),
    );
    let chat = other.lm().with_capabilities(Capabilities::CHAT);
    let lm = Lm::new(Router::new([one.lm(), chat]));
    assert_eq!(lm.name(), "same, same #2");
    assert_eq!(lm.capabilities(), Capabilities::CHAT);
    assert_eq!(
        Router::new([one.lm(), other.lm()]).lm().capabilities(),
        Capabilities::ALL
    );
    let nobody = Router::new([] as [Lm; 0]).lm();
    let error = nobody.complete(question()).await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert!(
        told(&nobody, question())
            .await
            .1
            .unwrap_err()
            .is_configuration()
    );
}

/// Lets nobody to `shut`, and holds `late` back; counts what it is told.
#[derive(Default)]
struct Porter {
    shut: Option<usize>,
    late: Option<(usize, Duration)>,
    open_from: Mutex<Option<std::time::Instant>>,
    log: Mutex<Vec<String>>,
}

impl Gate for Porter {
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        if self.shut == Some(ticket.index) {
            return Admission::Refused(Error::new(ErrorKind::CircuitOpen, "shut"));
        }
        if let Some((index, wait)) = self.late
            && index == ticket.index
        {
            let from = *self.open_from.lock().unwrap().get_or_insert(now() + wait);
            if now() < from {
                return Admission::Later(from);
            }
        }
        self.log
            .lock()
            .unwrap()
            .push(format!("in {}", ticket.route));
        Admission::Go
    }
    fn began(&self, ticket: &Ticket<'_>, _: Duration) {
        self.log
            .lock()
            .unwrap()
            .push(format!("began {}", ticket.route));
    }
    fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
        let how = match ended {
            Ended::Answered { .. } => "answered",
            Ended::Failed {
                gives_up: false, ..
            } => "failed",
            Ended::Failed { .. } => "gave up",
            Ended::Left => "left",
        };
        self.log
            .lock()
            .unwrap()
            .push(format!("{how} {}", ticket.route));
    }
}

#[tokio::test(start_paused = true)]
async fn gates_are_asked_and_told() {
    let first = Stage::new("first", [Act::Answer("no")]);
    let spare = Stage::new("spare", [fail(ErrorKind::Server), Act::Answer("Paris")]);
    let porter = Arc::new(Porter {
        shut: Some(0),
        ..Porter::default()
    });
    let lm = two(&first, &spare).gate(porter.clone()).lm();
    let (_, end) = told(&lm, question()).await;
    let attempts = end.unwrap();
    assert_eq!(routes(&attempts), ["first", "spare", "spare"]);
    assert_eq!(
        attempts[0].outcome,
        AttemptOutcome::Failed(ErrorKind::CircuitOpen)
    );
    assert_eq!(attempts[0].billed, Billed::No);
    assert_eq!(first.count(), 0);
    let log = porter.log.lock().unwrap().join(", ");
    assert_eq!(
        log,
        "in spare, failed spare, in spare, began spare, answered spare"
    );

    // who said yes hears when a later one says no
    let early = Arc::new(Porter::default());
    let lm = two(&first, &spare)
        .gate(early.clone())
        .gate(porter.clone())
        .lm();
    lm.complete(question()).await.unwrap();
    let log = early.log.lock().unwrap().join(", ");
    assert_eq!(log, "in first, left first, in spare, answered spare");

    // and when the caller goes away
    let silent = Stage::new("silent", [Act::Silent]);
    let early = Arc::new(Porter::default());
    let lm = Router::new([silent.lm()]).gate(early.clone()).lm();
    assert!(
        tokio::time::timeout(SECOND, lm.complete(question()))
            .await
            .is_err()
    );
    assert_eq!(
        early.log.lock().unwrap().join(", "),
        "in silent, left silent"
    );
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_says_later_is_waited_for_only_if_nobody_else_is_open() {
    let first = Stage::new("first", [Act::Answer("home")]);
    let spare = Stage::new("spare", [Act::Answer("Paris")]);
    let porter = |seconds| {
        Arc::new(Porter {
            late: Some((0, SECOND * seconds)),
            ..Porter::default()
        })
    };
    let begin = now();
    let lm = two(&first, &spare).gate(porter(5)).lm();
    assert_eq!(lm.complete(question()).await.unwrap().model, "spare-2026");
    assert_eq!(now(), begin);
    let lm = Router::new([first.lm()]).gate(porter(5)).lm();
    let response = lm.complete(question()).await.unwrap();
    assert_eq!(now() - begin, SECOND * 5);
    assert_eq!(response.attempts[0].waited, SECOND * 5);
    // not for ever
    let lm = Router::new([first.lm()]).gate(porter(500)).lm();
    let error = lm.complete(question()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(SECOND * 500));
    assert!(error.is_rate_limited());
}

/// Always a little later.
struct Never(Duration);
impl Gate for Never {
    fn admit(&self, _: &Ticket<'_>) -> Admission {
        Admission::Later(now() + self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_never_opens_is_no_hang() {
    let first = Stage::new("first", [Act::Answer("home")]);
    for step in [Duration::ZERO, Duration::from_millis(1), SECOND * 7] {
        let begin = now();
        let gate = Arc::new(Never(step));
        let lm = Router::new([first.lm()]).gate(gate).lm();
        let error = lm.complete(question()).await.unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
        // as long as a call waits for any hint
        assert!(now() - begin <= SECOND * 60);
        assert!(told(&lm, question()).await.1.is_err());
    }
    assert_eq!(first.count(), 0);
}
