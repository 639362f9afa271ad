use super::SignatureCache;
use crate::{Adapter, Ask, DynSignature, Error, ErrorKind, Eviction};
use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

fn small(eviction: Eviction) -> SignatureCache {
    SignatureCache::builder()
        .capacity(2)
        .eviction(eviction)
        .build()
}

#[test]
fn the_least_recently_used_goes_first() {
    let cache = small(Eviction::Lru);
    for text in ["a -> x", "b -> x", "a -> x", "c -> x"] {
        cache.parse(text).expect("a signature");
    }
    let stats = cache.stats(9);
    assert_eq!(stats.hottest, ["c -> x", "a -> x"]);
    assert_eq!(
        (stats.hits, stats.misses, stats.evictions, stats.size),
        (1, 3, 1, 2)
    );
}

#[test]
fn the_least_often_used_goes_first() {
    let cache = small(Eviction::Lfu);
    for text in ["a -> x", "a -> x", "b -> x", "c -> x"] {
        cache.parse(text).expect("a signature");
    }
    assert_eq!(cache.stats(9).hottest, ["c -> x", "a -> x"]);
}

#[test]
fn what_has_expired_is_made_again_and_swept() {
    let cache = SignatureCache::builder()
        .eviction(Eviction::Ttl)
        .ttl(Duration::from_secs(10))
        .build();
    let start = Instant::now();
    let get = |seconds, text: &str| {
        cache
            .get(start + Duration::from_secs(seconds), text, 0, || {
                DynSignature::parse(text)
            })
            .expect("a signature")
    };
    get(0, "a -> x");
    get(9, "a -> x");
    assert_eq!(cache.stats(0).hits, 1);
    get(10, "a -> x");
    assert_eq!((cache.stats(0).misses, cache.stats(0).evictions), (2, 1));
    get(299, "b -> x");
    assert_eq!(cache.stats(0).size, 2, "it is not time to sweep");
    get(300, "b -> x");
    let stats = cache.stats(9);
    assert_eq!(
        (stats.hottest, stats.evictions),
        (vec!["b -> x".to_owned()], 2)
    );
}

#[test]
fn one_makes_it_and_the_others_wait() {
    let (cache, made, barrier) = (SignatureCache::new(), AtomicUsize::new(0), Barrier::new(8));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                barrier.wait();
                let compile = || {
                    made.fetch_add(1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(20));
                    DynSignature::parse("a -> x")
                };
                cache
                    .get(Instant::now(), "a -> x", 0, compile)
                    .expect("a signature");
            });
        }
    });
    let stats = cache.stats(0);
    assert_eq!(
        (made.into_inner(), stats.hits, stats.misses, stats.size),
        (1, 7, 1, 1)
    );
}

#[test]
fn an_error_is_not_kept() {
    let cache = SignatureCache::new();
    assert!(cache.parse("a ->").is_ok());
    assert!(cache.parse("a").is_err());
    assert_eq!(cache.stats(9).hottest, ["a ->"]);
    let failing = || Err(Error::new(ErrorKind::InvalidSignature, "no"));
    assert!(cache.get(Instant::now(), "b", 0, failing).is_err());
    assert!(
        cache
            .get(Instant::now(), "b", 0, || DynSignature::parse("b -> c"))
            .is_ok()
    );
}

#[test]
fn no_capacity_keeps_nothing() {
    let cache = SignatureCache::builder().capacity(0).build();
    cache.parse("a -> x").expect("a signature");
    cache.parse("a -> x").expect("a signature");
    assert_eq!((cache.stats(0).size, cache.stats(0).misses), (0, 2));
}

#[test]
fn bytes_are_bounded_and_what_goes_is_told() {
    use crate::{
        Scope,
        telemetry::{Measurement, Meter, Sink},
    };
    use std::sync::{Arc, Mutex};
    #[derive(Default)]
    struct Gone(Mutex<Vec<(Meter, String, f64)>>);
    impl Sink for Gone {
        fn measured(&self, measurement: &Measurement<'_>) {
            let Measurement { meter, of, value } = *measurement;
            self.0.lock().unwrap().push((meter, of.to_owned(), value));
        }
    }
    let one = SignatureCache::new();
    one.parse("a -> x").expect("a signature");
    let bytes = one.bytes();
    assert!((2_000..20_000).contains(&bytes), "{bytes}");
    // room for three
    let cache = SignatureCache::builder().bytes(bytes * 7 / 2).build();
    let gone = Arc::new(Gone::default());
    let scope = Scope::current().with_sink(gone.clone());
    let work = scope.enter(async {
        for text in ["a -> x", "b -> x", "c -> x", "a -> x", "d -> x"] {
            cache.parse(text).expect("a signature");
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work);
    let stats = cache.stats(9);
    assert_eq!(stats.hottest, ["d -> x", "a -> x", "c -> x"]);
    assert_eq!((stats.bytes, stats.evictions), (3 * bytes, 1));
    let told = gone.0.lock().unwrap();
    assert_eq!(*told, [(Meter::GcEvents, "signatures".to_owned(), 1.0)]);
    // what is rendered counts from the next use on
    for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml, Adapter::Baml] {
        let question = one.parse("a -> x").expect("a signature");
        let question = question.ask([("a", "?".into())]).expect("a question");
        let request = question.predict().adapter(adapter).request();
        request.expect("a request");
    }
    one.parse("a -> x").expect("a signature");
    assert!(one.bytes() > bytes, "{} of {bytes}", one.bytes());
    assert_eq!(cache.make_room(2 * bytes), 2 * bytes);
    assert_eq!((cache.stats(0).size, cache.bytes()), (1, bytes));
}
