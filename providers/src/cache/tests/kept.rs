//! What is asked, what is kept, and who says so.
use super::*;

#[tokio::test]
async fn a_reply_is_paid_once_and_says_so() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let first = lm.complete(question()).await.expect("a reply");
    assert_eq!(
        (text(&first), first.usage, first.saved),
        ("one", Some(Usage::new(7, 3)), None)
    );
    let again = lm.complete(question()).await.expect("a reply");
    assert_eq!((text(&again), again.usage), ("one", None));
    assert_eq!(
        again.saved.expect("it was saved").usage,
        Some(Usage::new(7, 3))
    );
    assert_eq!((again.model.as_str(), stage.count()), ("tiny-2026", 1));
    let stats = cache.stats(5);
    assert_eq!(
        (stats.hits, stats.misses, stats.size, stats.disk_faults),
        (1, 1, 1, 0)
    );
    assert_eq!(
        (stats.hottest[0].model.as_str(), stats.hottest[0].uses),
        ("tiny-2026", 2)
    );
    assert!(cache.trouble().is_none());
    assert_eq!(lm.history().len(), 2, "for the history both are calls");
}

#[tokio::test]
async fn each_policy_does_what_it_says() {
    let (stage, cache) = (
        Stage::new("tiny", ["1", "2", "3"].map(Act::Answer)),
        ResponseCache::new(),
    );
    let lm = cached(&stage, &cache);
    let error = lm
        .complete(with(CachePolicy::Only))
        .await
        .expect_err("nothing is there");
    assert!(error.is_not_cached() && !error.is_retryable());
    assert_eq!(stage.count(), 0);
    assert_eq!(ask(&lm, with(CachePolicy::Bypass)).await, "1");
    assert_eq!(cache.stats(0).size, 0, "what went past is not kept");
    assert_eq!(ask(&lm, question()).await, "2");
    assert_eq!(ask(&lm, with(CachePolicy::Only)).await, "2");
    assert_eq!(ask(&lm, with(CachePolicy::Refresh)).await, "3");
    assert_eq!(ask(&lm, question()).await, "3");
    assert_eq!(stage.count(), 3);
    let stats = cache.stats(0);
    assert_eq!((stats.hits, stats.misses, stats.size), (2, 3, 1));
}

#[test]
fn outside_of_tokio_it_works_too() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let runs = |future: std::pin::Pin<Box<dyn Future<Output = String>>>| {
        let mut future = future;
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(reply) => reply,
            std::task::Poll::Pending => panic!("nothing to wait for"),
        }
    };
    for _ in 0..2 {
        let lm = lm.clone();
        assert_eq!(
            runs(Box::pin(async move { ask(&lm, question()).await })),
            "one"
        );
    }
}

#[tokio::test]
async fn the_scope_says_what_a_cache_may_do() {
    use sigflow_core::{Ask as _, Budget, DynSignature};
    let reply = Act::Answer("[[ ## answer ## ]]\nParis");
    let (stage, cache) = (Stage::new("tiny", [reply]), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let ask = || {
        let signature = DynSignature::parse("question -> answer").expect("a signature");
        signature
            .ask([("question", "Where?".into())])
            .expect("an input")
    };
    let budget = Budget::new().calls(2);
    let scope = Scope::current().with_lm(&lm).with_budget(&budget);
    for _ in 0..5 {
        scope.clone().enter(ask().predict()).await.expect("a reply");
    }
    assert_eq!((budget.spent().calls, budget.spent().tokens), (1, 10));
    let reads = async {
        let mut stream = ask().predict().stream();
        while stream.next().await.expect("an event").is_some() {}
    };
    scope.with_cache(CachePolicy::Only).enter(reads).await;
    assert_eq!((budget.spent().calls, stage.count()), (1, 1));
    let again = scope.with_cache(CachePolicy::Refresh);
    let fresh = again
        .enter(ask().predict().prediction())
        .await
        .expect("a reply");
    assert_eq!((fresh.saved, fresh.usage), (0, Some(Usage::new(7, 3))));
    assert_eq!((budget.spent().calls, stage.count()), (2, 2));
}
