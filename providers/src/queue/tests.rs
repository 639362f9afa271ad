//! How the number of places adapts, who waits for one, and who is told to come back.
use super::{Concurrency, Queue};
use crate::calling::{
    now,
    testing::{Act, Stage, after, fail, limited, question, told},
};
use sigflow_core::{ErrorKind, Lm, Phase};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);

fn behind(queue: &Queue, act: Act) -> (Arc<Stage>, Lm) {
    let stage = Stage::new("m", [act]);
    let lm = queue.around(&stage.lm());
    (stage, lm)
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_places_are_under_way_and_first_comes_first() {
    let queue = Queue::new(Concurrency::fixed(3));
    let (stage, lm) = behind(&queue, after(1_000, Act::Answer("ok")));
    let (order, start) = (Arc::new(Mutex::new(Vec::new())), now());
    let mut tasks = JoinSet::new();
    for number in 0..12 {
        let (lm, order) = (lm.clone(), order.clone());
        tasks.spawn(async move {
            lm.complete(question()).await.unwrap();
            order.lock().unwrap().push(number);
        });
        tokio::task::yield_now().await;
    }
    assert_eq!((stage.alive(), queue.load().waiting), (3, 9));
    while tasks.join_next().await.is_some() {}
    // four turns of three
    assert_eq!((now() - start).as_secs(), 4);
    assert_eq!(*order.lock().unwrap(), (0..12).collect::<Vec<_>>());
    let load = queue.load();
    assert_eq!(
        (load.free(), load.under_way, load.waiting, load.shed),
        (3, 0, 0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn who_leaves_gives_its_place_to_the_next() {
    let queue = Queue::new(Concurrency::fixed(1));
    let (stage, lm) = behind(&queue, Act::Silent);
    let spawn = || {
        let lm = lm.clone();
        tokio::spawn(async move { told(&lm, question()).await.1.is_ok() })
    };
    let (first, second, third) = (spawn(), spawn(), spawn());
    tokio::task::yield_now().await;
    assert_eq!((stage.count(), queue.load().waiting), (1, 2));
    // one in the line leaves, then the one under way
    second.abort();
    let _ = second.await;
    assert_eq!(queue.load().waiting, 1);
    first.abort();
    let _ = first.await;
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        (stage.count(), stage.alive(), queue.load().waiting),
        (2, 1, 0)
    );
    third.abort();
    let _ = third.await;
    assert_eq!(queue.load().under_way, 0);
}

#[tokio::test(start_paused = true)]
async fn a_full_line_and_a_late_one_are_told_when_to_come_back() {
    let queue = Queue::new(Concurrency::fixed(1).most_waiting(1));
    let (stage, lm) = behind(&queue, after(40_000, Act::Answer("ok")));
    let call = |lm: &Lm| {
        let lm = lm.clone();
        tokio::spawn(async move { lm.complete(question()).await })
    };
    let (start, first, second) = (now(), call(&lm), call(&lm));
    tokio::task::yield_now().await;
    let error = lm.complete(question()).await.unwrap_err();
    assert!(
        error.is_pool_timeout() && error.to_string().contains("too many"),
        "{error}"
    );
    assert!(error.retry_after().is_some() && now() == start);
    // 30 s for a place
    let error = second.await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::PoolTimeout, Some(Phase::Pool))
    );
    assert_eq!((now() - start).as_secs(), 30);
    first.await.unwrap().unwrap();
    // calls take 40 s: who has 10 s does not wait for nothing
    let busy = call(&lm);
    tokio::task::yield_now().await;
    let (mut request, start) = (question(), now());
    request.deadline = Some(start + 10 * SECOND);
    let error = lm.complete(request).await.unwrap_err();
    assert!(error.is_pool_timeout() && now() == start, "{error}");
    assert_eq!(error.retry_after(), Some(40 * SECOND));
    assert_eq!((stage.count(), queue.load().shed), (2, 3));
    busy.abort();
}

#[tokio::test(start_paused = true)]
async fn capacity_is_awaited() {
    let queue = Queue::new(Concurrency::fixed(2));
    let (_, lm) = behind(&queue, after(1_000, Act::Answer("ok")));
    assert_eq!(queue.capacity().await, 2);
    let start = now();
    // makers of work that wait for room never wait in the line
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        queue.capacity().await;
        let lm = lm.clone();
        tasks.spawn(async move { lm.complete(question()).await.unwrap() });
        tokio::task::yield_now().await;
        assert_eq!(queue.load().waiting, 0);
    }
    while tasks.join_next().await.is_some() {}
    assert_eq!((now() - start).as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn places_grow_with_answers_and_shrink_once_for_one_trouble() {
    let queue = Queue::new(Concurrency::new().start(10).between(2, 12));
    let (_, lm) = behind(&queue, after(1_000, Act::Answer("ok")));
    let all = |lm: Lm, calls: usize| async move {
        let mut tasks = JoinSet::new();
        for _ in 0..calls {
            let lm = lm.clone();
            tasks.spawn(async move { lm.complete(question()).await.is_ok() });
        }
        while tasks.join_next().await.is_some() {}
    };
    // one at a time says nothing of more
    for _ in 0..30 {
        all(lm.clone(), 1).await;
    }
    assert_eq!(queue.load().places, 10);
    // calls that end together are counted while half of the places are taken
    for _ in 0..10 {
        all(lm.clone(), 40).await;
    }
    assert_eq!(queue.load().places, 12);
    // twelve refusals of calls that were under way together are one trouble
    let down = queue.around(&Stage::new("m", [after(1_000, limited(SECOND))]).lm());
    all(down.clone(), 12).await;
    assert_eq!(queue.load().places, 10);
    for _ in 0..40 {
        all(down.clone(), 1).await;
    }
    assert_eq!(queue.load().places, 2);
    // what is not too much changes nothing
    let wrong = queue.around(&Stage::new("m", [fail(ErrorKind::BadRequest)]).lm());
    all(wrong, 20).await;
    assert_eq!(queue.load().places, 2);
}
