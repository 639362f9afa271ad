//! Of equal requests at once one asks, and what becomes of those who wait.
use super::*;

#[tokio::test(start_paused = true)]
async fn of_equal_requests_at_once_one_asks() {
    let stage = Stage::new("tiny", [after(50, Act::Answer("one")), Act::Answer("two")]);
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let lm = lm.clone();
        tasks.spawn(async move { ask(&lm, question()).await });
        let streamed = cached(&stage, &cache);
        tasks.spawn(async move { said(&all(streamed.stream(question())).await) });
    }
    while let Some(reply) = tasks.join_next().await {
        assert_eq!(reply.expect("a task"), "one");
    }
    let stats = cache.stats(0);
    assert_eq!(
        (stage.count(), stats.misses, stats.hits, stats.waited),
        (1, 1, 39, 39)
    );
    assert_eq!(cache.flights().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_hands_over() {
    let stage = Stage::new(
        "tiny",
        [Act::Silent, Act::Silent, after(10, Act::Answer("three"))],
    );
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let whole = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(question()).await }
    });
    tokio::task::yield_now().await;
    let streamed = tokio::spawn(all(lm.stream(question())));
    tokio::task::yield_now().await;
    let last = tokio::spawn({
        let lm = lm.clone();
        async move { ask(&lm, question()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(stage.count(), 1);
    whole.abort();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(
        (stage.count(), stage.alive()),
        (2, 1),
        "the stream asks now"
    );
    streamed.abort();
    assert_eq!(last.await.expect("a task"), "three");
    assert_eq!(
        (stage.count(), stage.alive(), cache.flights().count()),
        (3, 0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_is_for_all_who_wait_and_is_not_kept() {
    let stage = Stage::new(
        "tiny",
        [after(50, fail(ErrorKind::Server)), Act::Answer("two")],
    );
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let mut tasks = JoinSet::new();
    for _ in 0..5 {
        let lm = lm.clone();
        tasks.spawn(async move { lm.complete(question()).await.map(|_| ()) });
    }
    while let Some(reply) = tasks.join_next().await {
        let error = reply.expect("a task").expect_err("the server fails");
        assert_eq!(error.kind(), ErrorKind::Server);
    }
    assert_eq!((stage.count(), cache.stats(0).size), (1, 0));
    assert_eq!(ask(&lm, question()).await, "two");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_who_asks_is_not_that_of_who_waits() {
    let silent = || after(50, timed_out(Phase::Deadline));
    let stage = Stage::new("tiny", [silent(), after(50, Act::Answer("two"))]);
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let hurried = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(question()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(ask(&lm, question()).await, "two");
    assert!(
        hurried
            .await
            .expect("a task")
            .expect_err("it is late")
            .is_timeout()
    );

    // and by the timer of `Lm`, which drops what is inside
    let stage = Stage::new("tiny", [Act::Silent, Act::Answer("two")]);
    let lm = cached(&stage, &cache);
    let mut request = asking("else");
    request.deadline = Some(tokio::time::Instant::now().into_std() + Duration::from_millis(20));
    let hurried = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(request).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(ask(&lm, asking("else")).await, "two");
    assert!(
        hurried
            .await
            .expect("a task")
            .expect_err("it is late")
            .is_timeout()
    );
}

#[tokio::test]
async fn flights_are_forgotten_by_whoever_leaves_last() {
    let flights = Flights::default();
    let key = ResponseCache::new().key(b"key".to_vec());
    let lead = flights.join(&key).await;
    let waiting = flights.join(&key);
    let mut waiting = Box::pin(waiting);
    assert!(
        tokio::time::timeout(Duration::from_millis(1), &mut waiting)
            .await
            .is_err()
    );
    drop(waiting);
    assert_eq!(flights.count(), 1);
    drop(lead);
    assert_eq!(flights.count(), 0);
}
