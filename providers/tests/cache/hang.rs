//! What the cache does while its disk hangs: real files that another connection has locked, and a clock that only the test
//! moves. What is there comes in its own time; what hangs is late as soon as the clock says so.
use super::{ask, counting, on_disk, question, support::Folder};
use rusqlite::Connection;
use sigflow_core::{CachePolicy, Error, Lm};
use sigflow_providers::{
    ResponseCache,
    journal::{Fault, Journal},
};
use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};
use tokio::{task, time};

type Told = Arc<Mutex<Vec<Error>>>;

/// Longer than a call waits for the disk.
const LATE: Duration = Duration::from_millis(2_100);
const PAUSE: Duration = Duration::from_secs(30);

/// The paused clock stands until this goes: it never runs ahead of a thread that reads a file.
fn stopped() -> mpsc::Sender<()> {
    let (goes, waits) = mpsc::channel::<()>();
    task::spawn_blocking(move || {
        let _ = waits.recv();
    });
    goes
}

/// Waits in real time, and moves the clock by `step` in between.
async fn until(step: Duration, what: impl Fn() -> bool) {
    for _ in 0..60_000 {
        if what() {
            return;
        }
        time::advance(step).await;
        thread::sleep(Duration::from_millis(1));
        task::yield_now().await;
    }
    panic!("it does not come");
}

fn locked(path: &Path, begin: &str) -> Connection {
    let other = Connection::open(path).expect("another connection");
    other.execute_batch(begin).expect("the lock");
    other
}

fn told(builder: sigflow_providers::ResponseCacheBuilder) -> (ResponseCache, Told) {
    let told: Told = Arc::default();
    let heard = told.clone();
    let tell = move |error: &Error| heard.lock().unwrap().push(error.clone());
    (builder.on_trouble(tell).build(), told)
}

fn asks(lm: &Lm, number: u64) -> task::JoinHandle<()> {
    let lm = lm.clone();
    tokio::spawn(async move { ask(&lm, number).await })
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_does_not_write_is_left_alone_until_it_does() {
    let _stopped = stopped();
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let journal = Journal::builder().patience(Duration::from_mins(10));
    let journal = journal.open(&path).await.expect("a journal");
    let (cache, told) = told(ResponseCache::builder().journal(&journal));
    let (lm, asked) = counting(&cache);
    let other = locked(&path, "BEGIN IMMEDIATE");
    for number in 0..3 {
        let call = asks(&lm, number);
        until(Duration::ZERO, || asked.lock().unwrap().contains(&number)).await;
        assert!(!call.is_finished(), "its reply is being written");
        until(LATE, || call.is_finished()).await;
    }
    let words: Vec<String> = told.lock().unwrap().iter().map(Error::to_string).collect();
    assert_eq!(words.len(), 3, "{words:?}");
    assert!(words[1].ends_with("the cache went on without it"));
    assert!(words[2].contains("did not write in time 3 times in a row"));
    assert!(words[2].contains("is left alone for 30s"), "{}", words[2]);

    // from here on nobody waits, for the clock stands; what is in memory is answered out of it, what is not is asked
    for number in (3..30).chain(0..30) {
        ask(&lm, number).await;
    }
    assert_eq!(asked.lock().unwrap().len(), 30);
    let stats = cache.stats(0);
    assert_eq!((stats.disk_faults, stats.disk_pauses), (3, 1));
    // one looks how it is after a pause, and says nothing new
    time::advance(PAUSE).await;
    let call = asks(&lm, 30);
    until(Duration::ZERO, || asked.lock().unwrap().contains(&30)).await;
    ask(&lm, 31).await;
    assert!(!call.is_finished(), "the others do not wait with it");
    until(LATE, || call.is_finished()).await;
    ask(&lm, 32).await;
    let stats = cache.stats(0);
    assert_eq!((stats.disk_faults, stats.disk_pauses), (4, 1));

    other.execute_batch("ROLLBACK").expect("the lock is let go");
    ask(&lm, 33).await;
    time::advance(PAUSE).await;
    for number in 34..40 {
        ask(&lm, number).await;
    }
    let stats = cache.stats(0);
    assert_eq!((stats.disk_faults, stats.disk_pauses), (4, 1));
    assert_eq!(told.lock().unwrap().len(), 3, "it was told once");
    // the four that were late, for they were sent, and those that came when all was well
    let size = journal.size("sigflow.responses.1").await.expect("a size");
    assert_eq!(size.entries, 4 + 6);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_does_not_open_is_left_alone_until_it_does() {
    let _stopped = stopped();
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let other = locked(&path, "BEGIN EXCLUSIVE");
    let (cache, told) = told(ResponseCache::builder().disk(&path));
    let (lm, asked) = counting(&cache);
    // many at once, all of which wait for the one opening
    let calls: Vec<_> = (0..100).map(|number| asks(&lm, number)).collect();
    until(Duration::from_millis(100), || {
        calls.iter().all(task::JoinHandle::is_finished)
    })
    .await;
    assert_eq!(asked.lock().unwrap().len(), 100);
    let words: Vec<String> = told.lock().unwrap().iter().map(Error::to_string).collect();
    let paused = |what: &str| {
        let paused = format!("did not {what} in time 3 times in a row");
        words.iter().filter(|words| words.contains(&paused)).count()
    };
    assert_eq!((paused("read"), paused("write"), words.len()), (1, 1, 6));
    assert_eq!(cache.stats(0).disk_pauses, 2);
    let faults = cache.stats(0).disk_faults;
    for number in (100..130).chain(0..130) {
        ask(&lm, number).await;
    }
    assert_eq!(asked.lock().unwrap().len(), 130);
    assert_eq!(cache.stats(0).disk_faults, faults, "nobody waits for it");

    other.execute_batch("ROLLBACK").expect("the lock is let go");
    for number in 130..140 {
        // the opening may have failed by now, which is seen in the first round; then it is opened again
        time::advance(PAUSE).await;
        ask(&lm, number).await;
    }
    let faults = cache.stats(0).disk_faults;
    ask(&lm, 140).await;
    assert_eq!(cache.stats(0).disk_faults, faults);
    assert_eq!(told.lock().unwrap().len(), 6);
    let mut request = question(140);
    request.cache = CachePolicy::Only;
    let (again, _) = counting(&on_disk(&path));
    assert!(again.complete(request).await.is_ok(), "it is on disk");
}

#[tokio::test]
async fn many_at_once_hear_once_that_a_file_is_of_no_use() {
    let folder = Folder::new();
    let path = folder.file("text.db");
    fs::write(&path, "a text that is no database. ".repeat(99)).expect("a file");
    let (cache, told) = told(ResponseCache::builder().disk(&path));
    let (lm, asked) = counting(&cache);
    let calls: task::JoinSet<()> = (0..100)
        .map(|number| {
            let lm = lm.clone();
            async move { ask(&lm, number).await }
        })
        .collect();
    calls.join_all().await;
    assert_eq!(asked.lock().unwrap().len(), 100);
    let told = told.lock().unwrap();
    assert_eq!((told.len(), cache.stats(0).disk_pauses), (1, 0));
    assert_eq!(Fault::of(&told[0]), Some(Fault::Corrupt));
}
