//! Who answers when the first route does not.
use super::*;

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
