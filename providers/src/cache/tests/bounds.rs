//! How much is kept, and for how long.
use super::*;

#[test]
fn the_defaults_are_those_that_are_told() {
    let cache = ResponseCache::new();
    let bounds = cache.bounds();
    assert_eq!((bounds.entries, bounds.bytes), (10_000, 128 << 20));
    assert_eq!((bounds.eviction, bounds.ttl), (Eviction::Lru, None));
    assert_eq!(bounds.sweep, Duration::from_mins(5));
}

#[tokio::test]
async fn memory_is_bounded_in_entries_and_bytes() {
    let stage = Stage::new("tiny", [Act::Answer("one")]);
    let cache = ResponseCache::builder().capacity(3).build();
    let lm = cached(&stage, &cache);
    for number in 0..10 {
        ask(&lm, asking(&number.to_string())).await;
    }
    let stats = cache.stats(9);
    assert_eq!(
        (stats.size, stats.evictions, stats.hottest.len()),
        (3, 7, 3)
    );
    let each = stats.bytes / 3;
    assert!(each > 300, "{each} bytes for an entry");

    let cache = ResponseCache::builder()
        .bytes(10 * each)
        .eviction(Eviction::Lfu)
        .build();
    let lm = cached(&stage, &cache);
    for number in 0..100 {
        ask(&lm, asking(&number.to_string())).await;
        let stats = cache.stats(0);
        assert!(stats.bytes <= 10 * each && stats.size <= 12, "{stats:?}");
    }
    assert!(cache.evict());
    cache.clear();
    assert_eq!((cache.stats(0).bytes, cache.evict()), (0, false));
}

#[tokio::test(start_paused = true)]
async fn what_has_expired_is_asked_again() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::builder());
    let cache = cache.ttl(Duration::from_mins(1)).build();
    let lm = cached(&stage, &cache);
    assert_eq!(ask(&lm, question()).await, "one");
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(ask(&lm, question()).await, "one");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(ask(&lm, question()).await, "two");
}
