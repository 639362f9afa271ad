//! What an outage costs, and how its end is found.
use super::*;

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
