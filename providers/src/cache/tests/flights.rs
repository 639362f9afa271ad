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

fn within(milliseconds: u64) -> Request {
    let mut request = question();
    let now = tokio::time::Instant::now().into_std();
    request.deadline = Some(now + Duration::from_millis(milliseconds));
    request
}

#[tokio::test(start_paused = true)]
async fn who_has_more_time_does_not_fail_with_one_in_a_hurry() {
    // to be asked again in 5 s, for which the first has no time
    let busy = || after(50, limited(Duration::from_secs(5)));
    let stage = Stage::new("tiny", [busy(), busy(), Act::Answer("two")]);
    let cache = ResponseCache::new();
    let lm = Cached::new(Retry::new(stage.lm()).lm()).cache(&cache).lm();
    let [hurried, as_hurried, patient] =
        [within(2_000), within(1_000), question()].map(|request| {
            let lm = lm.clone();
            tokio::spawn(async move { lm.complete(request).await })
        });
    for (call, attempts) in [
        (hurried, "tiny: RateLimited"),
        (as_hurried, "waited for an equal request"),
    ] {
        let error = call.await.expect("a task").expect_err("there is no time");
        assert!(error.is_rate_limited(), "{error}");
        let made: Vec<&Attempt> = error.attempts().iter().collect();
        assert_eq!((made.len(), made[0].billed), (1, Billed::No));
        let message = made[0].message.as_deref().unwrap_or_default();
        let said = format!("{}: {:?} {message}", made[0].route, error.kind());
        assert!(said.contains(attempts), "{said}");
    }
    let response = patient.await.expect("a task").expect("a reply");
    assert_eq!((text(&response), stage.count()), ("two", 3));
}

/// A run that was called off, and a budget that is spent, are of one and not of all.
#[tokio::test(start_paused = true)]
async fn who_waits_does_not_fail_with_what_is_of_another_alone() {
    for (kind, is_stream) in [
        (ErrorKind::Cancelled, false),
        (ErrorKind::Budget, false),
        (ErrorKind::Cancelled, true),
        (ErrorKind::Budget, true),
    ] {
        let stage = Stage::new("tiny", [after(50, fail(kind)), Act::Answer("two")]);
        let cache = ResponseCache::new();
        let lm = cached(&stage, &cache);
        let first = tokio::spawn({
            let lm = lm.clone();
            async move {
                if is_stream {
                    let last = all(lm.stream(question())).await.pop();
                    last.expect("an end").expect_err("it fails")
                } else {
                    lm.complete(question()).await.expect_err("it fails")
                }
            }
        });
        tokio::task::yield_now().await;
        assert_eq!(ask(&lm, question()).await, "two");
        assert_eq!(first.await.expect("a task").kind(), kind);
        assert_eq!((stage.count(), cache.flights().count()), (2, 0));
    }
}

/// What another's request may have cost is that one's.
#[tokio::test(start_paused = true)]
async fn an_error_that_another_heard_is_paid_once() {
    let stage = Stage::new("tiny", [after(50, fail(ErrorKind::Transport))]);
    let spending = Spending::new(&Prices::none());
    let lm = spending.around(&cached(&stage, &ResponseCache::new()));
    let lm = lm.max_tokens(20);
    let calls = [(); 5].map(|()| {
        let lm = lm.clone();
        tokio::spawn(async move { lm.complete(question()).await })
    });
    for call in calls {
        assert!(call.await.expect("a task").is_err());
    }
    // 8 bytes of prompt with 16 tokens around them, a reply of 20
    let perhaps = spending.spent().perhaps_tokens;
    assert_eq!((stage.count(), perhaps), (1, 44));
}

#[tokio::test(start_paused = true)]
async fn who_waits_does_so_until_its_own_deadline_and_pays_nothing() {
    for is_stream in [false, true] {
        let stage = Stage::new("tiny", [after(50, Act::Answer("one"))]);
        let spending = Spending::new(&Prices::none());
        let lm = spending.around(&cached(&stage, &ResponseCache::new()));
        let asking = tokio::spawn(lm.complete(question()));
        tokio::task::yield_now().await;
        let hurried = within(20);
        let error = if is_stream {
            let last = all(lm.stream(hurried)).await.pop();
            last.expect("an end").expect_err("it is late")
        } else {
            lm.complete(hurried).await.expect_err("it is late")
        };
        assert_eq!(error.phase(), Some(Phase::Deadline), "{error}");
        assert!(error.to_string().contains("nothing was sent"), "{error}");
        asking.await.expect("a task").expect("a reply");
        let spent = spending.spent();
        assert_eq!(
            (spent.tokens, spent.perhaps_tokens, spent.calls),
            (10, 0, 1)
        );
    }
}

/// A machine that slept past the deadline, and whose timers have not rung yet or all at once: that nothing was sent is known
/// all the same.
#[tokio::test(start_paused = true)]
async fn who_waits_knows_after_a_sleep_that_nothing_was_sent() {
    let stage = Stage::new("tiny", [after(50, Act::Answer("one"))]);
    let cache = ResponseCache::new();
    for (is_kept, said) in [(false, "which this one waited for"), (true, "was kept")] {
        let spending = Spending::new(&Prices::none());
        let lm = spending.around(&cached(&stage, &cache));
        let asking = (!is_kept).then(|| tokio::spawn(lm.complete(question())));
        tokio::task::yield_now().await;
        let mut hurried = lm.stream(within(20));
        let mut sleeping = Box::pin(tokio::time::advance(Duration::from_secs(5)));
        let (mut pieces, mut is_first) = (Vec::new(), true);
        poll_fn(|cx| {
            loop {
                let piece = hurried.as_mut().poll_next(cx);
                if std::mem::take(&mut is_first) {
                    // the clock is on, and nothing else has run
                    assert!(sleeping.as_mut().poll(cx).is_pending());
                }
                match piece {
                    Poll::Ready(Some(piece)) => pieces.push(piece),
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Pending => {}
                }
            }
        })
        .await;
        let last = pieces.pop().expect("an end");
        let error = last.expect_err("it is late");
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(
            (error.phase(), pieces.len()),
            (Some(Phase::Deadline), usize::from(is_kept))
        );
        assert_eq!(error.attempts().len(), 1);
        if let Some(asking) = asking {
            asking.await.expect("a task").expect("a reply");
        }
        let spent = spending.spent();
        let tokens = if is_kept { 0 } else { 10 };
        assert_eq!((spent.tokens, spent.perhaps_tokens), (tokens, 0));
    }
    assert_eq!(stage.count(), 1);
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
