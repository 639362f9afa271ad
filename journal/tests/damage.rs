//! Files that were damaged, are newer, or are not ours.
mod support;

use rusqlite::Connection;
use sigflow_journal::{Durability, FORMAT, Fault, Journal};
use std::{
    fs,
    path::{Path, PathBuf},
};
use support::{Folder, Random, value};

async fn quick(path: &Path) -> sigflow_core::Result<Journal> {
    Journal::builder()
        .durability(Durability::Process)
        .open(path)
        .await
}

/// A journal of so many entries; closed, or as it is while it is in use.
async fn full(path: &Path, entries: u64, close: bool) -> Journal {
    let journal = quick(path).await.expect("a journal");
    for number in 0..entries {
        journal
            .put("a", &number.to_le_bytes(), &value(number))
            .await
            .expect("a put");
    }
    let kept = journal.clone();
    if close {
        drop(kept);
        journal.close().await;
        return quick(&path.with_extension("other"))
            .await
            .expect("some journal");
    }
    kept
}

#[derive(Default, Debug)]
struct Seen {
    right: usize,
    missing: usize,
    damaged: usize,
    failed: usize,
    refused: usize,
}

/// Uses a damaged file in every way. Whatever comes out is right.
async fn use_it(path: &Path, entries: u64, seen: &mut Seen) {
    let journal = match quick(path).await {
        Ok(journal) => journal,
        Err(error) => {
            assert!(Fault::of(&error).is_some(), "{error}");
            seen.refused += 1;
            return;
        }
    };
    for number in 0..entries {
        match journal.get("a", &number.to_le_bytes()).await {
            Ok(Some(entry)) => {
                assert_eq!(entry.value, value(number), "a wrong value came out");
                seen.right += 1;
            }
            Ok(None) => seen.missing += 1,
            Err(error) if Fault::of(&error) == Some(Fault::Damaged) => seen.damaged += 1,
            Err(error) => {
                assert!(Fault::of(&error).is_some(), "{error}");
                seen.failed += 1;
            }
        }
    }
    let mut walk = journal.entries("a");
    while let Ok(Some(entry)) = walk.next().await {
        let number = entry
            .key
            .as_slice()
            .try_into()
            .map(u64::from_le_bytes)
            .expect("a key of ours");
        assert_eq!(
            entry.value,
            value(number),
            "a wrong value came out of the walk"
        );
    }
    // what can be written holds
    for number in 0..entries.min(5) {
        let key = number.to_le_bytes();
        if journal.put("a", &key, &value(number)).await.is_ok()
            && let Ok(Some(entry)) = journal.get("a", &key).await
        {
            assert_eq!(entry.value, value(number));
        }
    }
    journal.close().await;
}

fn flip(bytes: &mut [u8], random: &mut Random) {
    for _ in 0..=random.below(12) {
        let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
        bytes[at] ^= 1 << random.below(8);
    }
}

#[tokio::test]
async fn nothing_wrong_comes_out_of_a_file_with_flipped_bits_or_without_its_end() {
    const ENTRIES: u64 = 60;
    let folder = Folder::new();
    let sound = folder.file("sound.db");
    full(&sound, ENTRIES, true).await;
    let sound = fs::read(sound).expect("a file");
    let (mut random, mut seen) = (Random(0xbad), Seen::default());
    for round in 0..80 {
        let path = folder.file(&format!("{round}.db"));
        let mut bytes = sound.clone();
        if round % 4 == 3 {
            bytes.truncate(usize::try_from(random.below(sound.len() as u64)).unwrap());
        } else {
            flip(&mut bytes, &mut random);
        }
        fs::write(&path, bytes).expect("a file");
        use_it(&path, ENTRIES, &mut seen).await;
    }
    println!("{seen:?}");
    assert!(
        seen.right > 1_000 && seen.damaged > 50 && seen.failed + seen.refused > 0,
        "{seen:?}"
    );
}

#[tokio::test]
async fn nothing_wrong_comes_out_of_a_damaged_log_beside_the_file() {
    const ENTRIES: u64 = 60;
    let folder = Folder::new();
    let live = folder.file("live.db");
    let journal = full(&live, ENTRIES, false).await;
    let beside = |path: &Path, end: &str| PathBuf::from(format!("{}{end}", path.display()));
    let (file, log) = (
        fs::read(&live).unwrap(),
        fs::read(beside(&live, "-wal")).expect("a log"),
    );
    let (mut random, mut seen) = (Random(0x106), Seen::default());
    for round in 0..40 {
        let path = folder.file(&format!("{round}.db"));
        let mut bytes = log.clone();
        if round % 2 == 0 {
            bytes.truncate(usize::try_from(random.below(log.len() as u64)).unwrap());
        } else {
            flip(&mut bytes, &mut random);
        }
        fs::write(&path, &file).expect("a file");
        fs::write(beside(&path, "-wal"), bytes).expect("a log");
        use_it(&path, ENTRIES, &mut seen).await;
    }
    println!("{seen:?}");
    assert!(seen.right > 100 && seen.missing > 100, "{seen:?}");
    drop(journal);
}

#[tokio::test]
async fn a_damaged_entry_says_so_and_is_mended_by_the_next_put() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    full(&path, 3, true).await;
    let change = |sql: &str| {
        let other = Connection::open(&path).expect("a connection");
        assert_eq!(other.execute(sql, ()).expect("a change"), 1);
    };
    // a value, a time, and a value of another type in spite of the table's word
    change("UPDATE entry SET value = CAST('wrong' AS BLOB) WHERE id = 1");
    change("UPDATE entry SET made = made + 1 WHERE id = 2");
    let journal = quick(&path).await.expect("a journal");
    for number in [0_u64, 1] {
        let key = number.to_le_bytes();
        let error = journal.get("a", &key).await.expect_err("it is damaged");
        assert_eq!(Fault::of(&error), Some(Fault::Damaged));
        assert!(
            error.is_state() && error.to_string().ends_with("put it again"),
            "{error}"
        );
    }
    let mut entries = journal.entries("a");
    let entry = entries
        .next()
        .await
        .expect("an entry")
        .expect("the sound one");
    assert_eq!((entry.value, entries.damaged()), (value(2), 2));
    for number in [0_u64, 1] {
        let key = number.to_le_bytes();
        journal.put("a", &key, &value(number)).await.expect("a put");
        assert_eq!(
            journal
                .get("a", &key)
                .await
                .expect("a look")
                .expect("it")
                .value,
            value(number)
        );
    }
    assert_eq!(journal.size("a").await.expect("a size").entries, 3);
}

#[tokio::test]
async fn a_newer_file_and_those_of_others_are_left_as_they_are() {
    let folder = Folder::new();
    let newer = folder.file("newer.db");
    full(&newer, 3, true).await;
    let set = |path: &Path, sql: &str| {
        let other = Connection::open(path).expect("a connection");
        other.execute_batch(sql).expect("a change");
    };
    set(&newer, &format!("PRAGMA user_version = {}", FORMAT + 1));
    let foreign = folder.file("foreign.db");
    set(
        &foreign,
        "CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('a')",
    );
    let marked = folder.file("marked.db");
    set(
        &marked,
        "PRAGMA application_id = 252006674; PRAGMA user_version = 9",
    );
    let text = folder.file("text.db");
    fs::write(&text, "a text that is no database. ".repeat(99)).expect("a file");

    let cases = [
        (&newer, Fault::Newer, "update this program"),
        (&foreign, Fault::Foreign, "another program"),
        (&marked, Fault::Foreign, "another program"),
        (&text, Fault::Corrupt, "move it away"),
    ];
    for (path, fault, words) in cases {
        let before = fs::read(path).expect("a file");
        let error = quick(path).await.expect_err("it is not ours");
        assert_eq!(Fault::of(&error), Some(fault), "{error}");
        assert!(
            fault.is_lasting() && error.to_string().contains(words),
            "{error}"
        );
        assert_eq!(
            fs::read(path).expect("a file"),
            before,
            "{}",
            path.display()
        );
    }
}
