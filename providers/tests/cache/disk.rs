//! What the file does, and what the cache does without it.
use super::{answer, ask, counting, on_disk, question, support};
use sigflow_core::{CachePolicy, Chunk, Error, Lm, Usage};
use sigflow_providers::{
    Cached, ResponseCache,
    journal::{Fault, Journal},
};
use std::{
    fs,
    future::poll_fn,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use support::{Folder, Random};

#[tokio::test]
async fn what_was_paid_outlives_the_cache() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let (lm, asked) = counting(&on_disk(&path));
    for number in 0..20 {
        ask(&lm, number).await;
    }
    drop(lm);
    let cache = on_disk(&path);
    cache.ready().await.expect("the file is of use");
    let (lm, again) = counting(&cache);
    for number in (0..20).chain(0..20) {
        ask(&lm, number).await;
    }
    let mut stream = lm.stream(question(7));
    let mut text = String::new();
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if let Chunk::Text(more) = chunk.expect("a piece") {
            text.push_str(&more);
        }
    }
    assert_eq!(text, answer(7));
    assert_eq!(
        (asked.lock().unwrap().len(), again.lock().unwrap().len()),
        (20, 0)
    );
    let stats = cache.stats(0);
    assert_eq!((stats.hits, stats.disk_hits, stats.misses), (41, 20, 0));
    assert!(cache.trouble().is_none(), "{cache:?}");
}

#[tokio::test]
async fn a_reply_from_disk_says_what_it_took() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let lm = || {
        Lm::from_fn(|_| async {
            let mut response = sigflow_core::Response::text("one");
            response.usage = Some(Usage::new(7, 3));
            response.request_id = Some("req_1".into());
            Ok(response)
        })
    };
    let named = || {
        Cached::new(lm())
            .cache(&on_disk(&path))
            .known_as("one")
            .lm()
    };
    named().complete(question(1)).await.expect("a reply");
    let mut request = question(1);
    request.cache = CachePolicy::Only;
    let again = named().complete(request).await.expect("a reply");
    assert_eq!(
        (again.usage, again.request_id.as_deref()),
        (None, Some("req_1"))
    );
    assert_eq!(again.saved.expect("saved").usage, Some(Usage::new(7, 3)));
}

#[tokio::test]
async fn a_refreshed_reply_replaces_the_old_one_on_disk() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let count = Arc::new(Mutex::new(0));
    let lm = Lm::from_fn(move |_| {
        *count.lock().unwrap() += 1;
        let text = count.lock().unwrap().to_string();
        async move { Ok(sigflow_core::Response::text(text)) }
    });
    for (policy, expected) in [
        (CachePolicy::Use, "1"),
        (CachePolicy::Refresh, "2"),
        (CachePolicy::Use, "2"),
        (CachePolicy::Bypass, "3"),
        (CachePolicy::Only, "2"),
    ] {
        let mut request = question(1);
        request.cache = policy;
        let lm = Cached::new(lm.clone()).cache(&on_disk(&path));
        let lm = lm.known_as("counts").lm();
        let reply = lm.complete(request).await.expect("a reply");
        assert_eq!(reply.completions[0].text, expected, "{policy:?}");
    }
}

#[tokio::test]
async fn the_file_is_bounded_and_old_replies_are_not_given() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let cache = ResponseCache::builder()
        .disk(&path)
        .capacity(0)
        .disk_bounds(100, 1 << 30)
        .build();
    let (lm, asked) = counting(&cache);
    for number in 0..600 {
        ask(&lm, number).await;
    }
    let journal = Journal::open(&path).await.expect("the same file");
    let size = journal.size("sigflow.responses.1").await.expect("a size");
    assert!((100..356).contains(&size.entries), "{size:?}");
    ask(&lm, 599).await;
    assert_eq!(
        asked.lock().unwrap().len(),
        600,
        "the latest are kept, though memory is none"
    );
    ask(&lm, 0).await;
    assert_eq!(asked.lock().unwrap().len(), 601, "the first is gone");

    let brief = ResponseCache::builder()
        .journal(&journal)
        .ttl(Duration::from_millis(1))
        .build();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let (lm, asked) = counting(&brief);
    ask(&lm, 599).await;
    assert_eq!(*asked.lock().unwrap(), [599]);
}

/// A cache over a file that may be of no use answers everything rightly, keeps in memory, and says what is wrong.
async fn goes_on(path: &Path, expected: Option<Fault>) -> usize {
    let told: Arc<Mutex<Vec<Error>>> = Arc::default();
    let heard = told.clone();
    let tell = move |error: &Error| heard.lock().unwrap().push(error.clone());
    let cache = ResponseCache::builder().disk(path).on_trouble(tell).build();
    let (lm, asked) = counting(&cache);
    for number in (0..30).chain(0..30) {
        ask(&lm, number).await;
    }
    let asked = asked.lock().unwrap().len();
    assert!(asked <= 30, "memory keeps what the disk does not");
    let told = std::mem::take(&mut *told.lock().unwrap());
    assert_eq!(cache.stats(0).disk_faults, told.len() as u64);
    assert_eq!(cache.trouble().is_some(), !told.is_empty());
    if let Some(expected) = expected {
        assert_eq!(Fault::of(&told[0]), Some(expected));
        assert_eq!((told.len(), asked), (1, 30), "it is said once");
        assert_eq!(
            cache.ready().await.map_err(|error| Fault::of(&error)),
            Err(Some(expected))
        );
    }
    asked
}

#[tokio::test]
async fn a_file_of_no_use_is_named_and_left_alone() {
    let folder = Folder::new();
    let newer = folder.file("newer.db");
    drop(counting(&on_disk(&newer)));
    Journal::open(&newer)
        .await
        .expect("a journal")
        .close()
        .await;
    let mut bytes = fs::read(&newer).expect("a file");
    // where SQLite has the version that its user gave
    assert_eq!(bytes[60..64], [0, 0, 0, 1]);
    bytes[63] = 2;
    fs::write(&newer, &bytes).expect("a file");
    let text = folder.file("text.db");
    fs::write(&text, "a text that is no database. ".repeat(99)).expect("a file");
    fs::create_dir(folder.file("folder.db")).expect("a folder");
    for (name, fault) in [
        ("newer.db", Fault::Newer),
        ("text.db", Fault::Corrupt),
        ("folder.db", Fault::Io),
    ] {
        let before = fs::read(folder.file(name)).ok();
        assert_eq!(goes_on(&folder.file(name), Some(fault)).await, 30);
        assert_eq!(fs::read(folder.file(name)).ok(), before);
    }
}

#[tokio::test]
async fn nothing_wrong_is_served_out_of_a_damaged_file() {
    let folder = Folder::new();
    let sound = folder.file("sound.db");
    let journal = Journal::open(&sound).await.expect("a journal");
    let cache = ResponseCache::builder().journal(&journal).build();
    let (lm, _) = counting(&cache);
    for number in 0..30 {
        ask(&lm, number).await;
    }
    drop((lm, cache));
    journal.close().await;
    let sound = fs::read(sound).expect("a file");
    let (mut random, mut saved) = (Random(0xdead), 0);
    for round in 0..40 {
        let path = folder.file(&format!("{round}.db"));
        let mut bytes = sound.clone();
        if round % 4 == 3 {
            bytes.truncate(usize::try_from(random.below(sound.len() as u64)).unwrap());
        } else {
            for _ in 0..=random.below(20) {
                let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
                bytes[at] ^= 1 << random.below(8);
            }
        }
        fs::write(&path, bytes).expect("a file");
        saved += 30 - goes_on(&path, None).await;
    }
    println!("{saved} of 1200 came out of damaged files, all of them right");
    assert!((300..1_200).contains(&saved), "{saved}");
}

#[tokio::test]
async fn a_model_that_does_not_say_which_it_is_is_not_on_disk() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let lm = Lm::from_fn(|_| async { Ok(sigflow_core::Response::text("one")) });
    let cache = on_disk(&path);
    let cached = Cached::new(lm.clone()).cache(&cache).lm();
    for _ in 0..2 {
        cached.complete(question(1)).await.expect("a reply");
    }
    let stats = cache.stats(0);
    assert_eq!((stats.hits, stats.misses, stats.disk_faults), (1, 1, 1));
    let trouble = cache.trouble().expect("it is said").to_string();
    assert!(
        trouble.contains("`function`") && trouble.contains("known_as"),
        "{trouble}"
    );
    // the next process knows nothing of it
    let mut request = question(1);
    request.cache = CachePolicy::Only;
    let again = Cached::new(lm).cache(&on_disk(&path)).lm();
    assert!(
        again
            .complete(request)
            .await
            .expect_err("it is not there")
            .is_not_cached()
    );
}
