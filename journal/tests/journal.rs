//! What a journal does on a good day.
mod support;

use sigflow_journal::{Durability, Fault, Journal, Keep};
use std::{path::Path, time::Duration};
use support::{Folder, value};

async fn quick(path: &Path) -> Journal {
    let journal = Journal::builder().durability(Durability::Process);
    journal.open(path).await.expect("a journal")
}

async fn keys(journal: &Journal, space: &str) -> Vec<String> {
    let (mut entries, mut keys) = (journal.entries(space), Vec::new());
    while let Some(entry) = entries.next().await.expect("an entry") {
        keys.push(String::from_utf8(entry.key).expect("text"));
    }
    assert_eq!(entries.damaged(), 0);
    keys
}

#[tokio::test]
async fn what_was_put_is_there_also_after_it_was_closed() {
    let folder = Folder::new();
    let path = folder.file("deep/down/paid.db");
    let journal = Journal::open(&path).await.expect("a journal");
    assert_eq!(journal.get("a", b"key").await.expect("a look"), None);
    journal.put("a", b"key", b"one").await.expect("a put");
    journal.put("b", b"key", b"elsewhere").await.expect("a put");
    journal.put("a", b"key", b"two").await.expect("a put");
    journal.put("a", b"", b"").await.expect("an empty one");
    let large = vec![7; 3 << 20];
    journal.put("a", &large, &large).await.expect("a large one");
    journal.close().await;
    assert!(
        !folder.file("deep/down/paid.db-wal").exists(),
        "it was closed"
    );

    let journal = Journal::open(&path).await.expect("the same journal");
    let get = async |space, key: &[u8]| {
        let entry = journal.get(space, key).await.expect("a look");
        entry.map(|entry| entry.value)
    };
    assert_eq!(get("a", b"key").await.as_deref(), Some(&b"two"[..]));
    assert_eq!(get("b", b"key").await.as_deref(), Some(&b"elsewhere"[..]));
    assert_eq!(get("a", b"").await.as_deref(), Some(&b""[..]));
    assert_eq!(get("a", &large).await, Some(large.clone()));
    assert_eq!(get("c", b"key").await, None);
    journal.remove("a", b"key").await.expect("a removal");
    journal
        .remove("a", b"key")
        .await
        .expect("nothing to remove");
    assert_eq!(get("a", b"key").await, None);
}

/// Whoever copies a closed journal copies one file, every time.
#[tokio::test]
async fn a_closed_journal_is_one_file() {
    let folder = Folder::new();
    for round in 0..50 {
        let path = folder.file(&format!("{round}.db"));
        let journal = quick(&path).await;
        journal.put("a", b"key", b"value").await.expect("a put");
        journal.get("a", b"key").await.expect("a look");
        journal.close().await;
        let beside = path.with_extension("db-wal");
        assert!(!beside.exists(), "round {round}");
    }
}

/// Each sees a file that nobody made yet, or the whole one, and takes none for another program's.
#[tokio::test]
async fn many_make_one_file_at_once() {
    let folder = Folder::new();
    for round in 0..60 {
        let path = folder.file(&format!("{round}.db"));
        let opening: tokio::task::JoinSet<Journal> = (0..8)
            .map(|_| {
                let path = path.clone();
                async move { quick(&path).await }
            })
            .collect();
        let journals = opening.join_all().await;
        for (number, journal) in (0_u64..).zip(&journals) {
            let key = number.to_le_bytes();
            journal.put("a", &key, b"value").await.expect("a put");
        }
        let size = journals[0].size("a").await.expect("a size");
        assert_eq!(size.entries, 8, "round {round}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let journal = Journal::open(folder.file("paid.db"))
        .await
        .expect("a journal");
    journal.put("a", b"key", b"secret").await.expect("a put");
    for name in ["paid.db", "paid.db-wal", "paid.db-shm"] {
        let mode = folder
            .file(name)
            .metadata()
            .expect(name)
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_walk_shows_all_in_their_order_also_over_many_pages() {
    let folder = Folder::new();
    let journal = quick(&folder.file("paid.db")).await;
    let put = async |number: u64| {
        let key = number.to_string();
        journal
            .put("a", key.as_bytes(), &value(number))
            .await
            .expect("a put");
    };
    for number in 0..600 {
        put(number).await;
        journal
            .put("b", b"other", &number.to_le_bytes())
            .await
            .expect("a put");
    }
    // what was put again goes to the end
    put(3).await;
    let expected: Vec<String> = (0..600)
        .filter(|n| *n != 3)
        .chain([3])
        .map(|n| n.to_string())
        .collect();
    assert_eq!(keys(&journal, "a").await, expected);
    assert_eq!(keys(&journal, "b").await, ["other"]);
    assert_eq!(keys(&journal, "c").await, [""; 0]);

    // what comes behind the walk is seen by it
    let mut entries = journal.entries("a");
    let first = entries.next().await.expect("an entry").expect("the first");
    assert_eq!((first.key, first.value), (b"0".to_vec(), value(0)));
    journal.remove("a", b"599").await.expect("a removal");
    put(1_000).await;
    let mut last = None;
    while let Some(entry) = entries.next().await.expect("an entry") {
        last = Some(entry.key);
    }
    assert_eq!(last, Some(b"1000".to_vec()));
}

#[tokio::test]
async fn the_oldest_goes_and_its_room_is_given_back() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let journal = quick(&path).await;
    for number in 0..100_u64 {
        journal
            .put("a", number.to_string().as_bytes(), &[1; 10_000])
            .await
            .expect("a put");
    }
    journal
        .put("b", b"other", &[1; 10_000])
        .await
        .expect("a put");
    let size = journal.size("a").await.expect("a size");
    assert_eq!((size.entries, size.bytes), (100, 1_000_000 + 190));
    journal.compact().await.expect("room");
    let before = path.metadata().expect("a file").len();

    assert_eq!(journal.prune("a", Keep::all()).await.expect("nothing"), 0);
    assert_eq!(
        journal
            .prune("a", Keep::all().entries(50))
            .await
            .expect("some"),
        50
    );
    assert_eq!(
        journal
            .prune("a", Keep::all().bytes(100_500))
            .await
            .expect("some"),
        40
    );
    let expected: Vec<String> = (90..100).map(|n| n.to_string()).collect();
    assert_eq!(keys(&journal, "a").await, expected);
    assert_eq!(keys(&journal, "b").await, ["other"], "spaces do not meet");
    journal.compact().await.expect("room");
    let after = path.metadata().expect("a file").len();
    assert!(after * 5 < before, "{after} of {before} bytes");

    let young = Keep::all().younger(Duration::from_hours(1));
    assert_eq!(journal.prune("a", young).await.expect("nothing"), 0);
    let none = Keep::all().younger(Duration::ZERO);
    assert_eq!(journal.prune("a", none).await.expect("all"), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_and_handles_write_at_once() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    // two handles that know nothing of each other, as two processes have them; a queue that is often full
    let open = async || {
        let journal = Journal::builder()
            .durability(Durability::Process)
            .queue_bytes(10_000);
        journal.open(&path).await.expect("a journal")
    };
    let journals = [open().await, open().await];
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..8_u64 {
        let journal = journals[usize::try_from(writer % 2).unwrap()].clone();
        tasks.spawn(async move {
            for number in (writer * 50)..(writer * 50 + 50) {
                let key = number.to_le_bytes();
                journal.put("a", &key, &value(number)).await.expect("a put");
                // the other half fights for one entry
                journal
                    .put("b", b"one", &value(number))
                    .await
                    .expect("a put");
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("a writer");
    }
    for number in 0..400_u64 {
        let entry = journals[0]
            .get("a", &number.to_le_bytes())
            .await
            .expect("a look");
        assert_eq!(entry.expect("an entry").value, value(number));
    }
    assert_eq!(journals[1].size("b").await.expect("a size").entries, 1);
}

#[tokio::test]
async fn who_goes_away_puts_all_or_nothing() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let journal = quick(&path).await;
    for number in 0..50_u64 {
        let key = number.to_le_bytes();
        let bytes = value(number);
        tokio::select! {
            biased;
            done = journal.put("a", &key, &bytes) => done.expect("a put"),
            () = tokio::task::yield_now() => {}
        }
    }
    journal.close().await;
    let journal = quick(&path).await;
    for number in 0..50_u64 {
        if let Some(entry) = journal
            .get("a", &number.to_le_bytes())
            .await
            .expect("a look")
        {
            assert_eq!(entry.value, value(number));
        }
    }
}

#[tokio::test]
async fn a_path_of_no_use_says_so() {
    let folder = Folder::new();
    std::fs::write(folder.file("file"), "").expect("a file");
    for path in [folder.file("file/paid.db"), folder.file("")] {
        let error = Journal::open(&path).await.expect_err("no journal");
        assert_eq!(Fault::of(&error), Some(Fault::Io), "{error}");
        assert!(error.is_state() && error.to_string().contains("look at its folder"));
    }
}
