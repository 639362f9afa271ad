use super::{Bounded, CacheBounds, Eviction};
use std::time::{Duration, Instant};

fn bounds(entries: usize, bytes: usize, eviction: Eviction) -> CacheBounds {
    CacheBounds {
        entries,
        bytes,
        eviction,
        ..CacheBounds::default()
    }
}

#[test]
fn the_hottest_are_those_used_last() {
    let now = Instant::now();
    let mut kept = Bounded::new(CacheBounds::default());
    for number in 0..100 {
        kept.insert(number, (), 1, now, now);
    }
    for number in [7, 50, 3, 50] {
        kept.get(&number, now);
    }
    let hottest = |count| -> Vec<_> {
        let all = kept.hottest(count).into_iter();
        all.map(|(key, (), uses)| (*key, uses)).collect()
    };
    assert_eq!(hottest(3), [(50, 3), (3, 2), (7, 2)]);
    assert_eq!(
        (hottest(0).len(), hottest(1).len(), hottest(1000).len()),
        (0, 1, 100)
    );
}

#[test]
fn bytes_are_bounded_whatever_is_inserted() {
    let now = Instant::now();
    for eviction in [Eviction::Lru, Eviction::Lfu, Eviction::Ttl] {
        let mut kept = Bounded::new(bounds(50, 1_000, eviction));
        // a small linear generator: keys come again, sizes vary
        let mut state = 7_u64;
        for _ in 0..5_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let (key, bytes) = (
                (state >> 33) % 90,
                usize::try_from((state >> 45) % 200).unwrap(),
            );
            match state >> 62 {
                0 => drop(kept.remove(&key)),
                1 => drop(kept.get(&key, now).copied()),
                _ => assert!(kept.insert(key, bytes, bytes, now, now)),
            }
            let all = kept.hottest(usize::MAX);
            let sum: usize = all.iter().map(|(_, bytes, _)| **bytes).sum();
            assert_eq!(sum, kept.bytes());
            assert!(kept.len() <= 50 && kept.bytes() <= 1_000);
        }
        while kept.evict() {}
        assert_eq!((kept.len(), kept.bytes()), (0, 0));
    }
}

#[test]
fn what_grows_makes_others_go() {
    let now = Instant::now();
    let mut kept = Bounded::new(bounds(9, 10, Eviction::Lru));
    for key in ["a", "b", "c"] {
        assert!(kept.insert(key, 0, 2, now, now));
    }
    kept.weigh("b", 6);
    assert_eq!((kept.bytes(), kept.evictions()), (10, 0));
    kept.weigh("c", 3);
    assert_eq!(
        (kept.peek("a"), kept.bytes(), kept.evictions()),
        (None, 9, 1)
    );
    kept.weigh("b", 1);
    assert_eq!(kept.bytes(), 4);
    // what is larger than all bounds goes itself, and nothing for it
    kept.weigh("c", 11);
    assert_eq!((kept.peek("b"), kept.peek("c")), (Some(&0), None));
    kept.weigh("nobody", 5);
    assert_eq!((kept.bytes(), kept.len(), kept.evictions()), (1, 1, 2));
}

#[test]
fn what_is_too_large_or_too_old_is_not_kept() {
    let now = Instant::now();
    let mut kept = Bounded::new(bounds(2, 10, Eviction::Lru));
    assert!(kept.insert("a", 1, 10, now, now));
    assert!(!kept.insert("b", 2, 11, now, now));
    assert_eq!(
        kept.peek("a"),
        Some(&1),
        "nothing goes for what is not kept"
    );
    // what was there under its name is not what it is any more
    assert!(!kept.insert("a", 3, 11, now, now));
    assert_eq!(kept.peek("a"), None);

    let ttl = Some(Duration::from_secs(5));
    let mut kept = Bounded::new(CacheBounds {
        ttl,
        ..bounds(2, 10, Eviction::Ttl)
    });
    let later = now + Duration::from_secs(5);
    assert!(!kept.insert("a", 1, 1, now, later));
    assert!(kept.insert("a", 1, 1, now, now));
    assert_eq!(kept.get("a", later), None);
    assert_eq!(kept.evictions(), 1);
}
