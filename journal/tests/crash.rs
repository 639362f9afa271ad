//! What is left after `kill -9`, of two processes, and of a full disk.
#![cfg(unix)]
mod support;

use sigflow_journal::{Durability, Fault, Journal};
use std::{collections::HashSet, path::Path, process::Command, thread, time::Duration};
use support::{Folder, Random, child as command, role, say, value, words};

/// Tasks of a child that write at the same time.
const TASKS: u64 = 4;

/// The process that is killed, or does something else by its role. Run as a test of its own it does nothing.
#[test]
fn child() {
    let Some((role, path, from)) = role() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build();
    runtime.expect("a runtime").block_on(async {
        match role.as_str() {
            "writes" => writes(&path, from, u64::MAX).await,
            "writes 150" => writes(&path, from, 150).await,
            "fills" => fills(&path).await,
            other => panic!("no such role: {other}"),
        }
    });
}

/// Puts numbers, and says of each when it is there.
async fn writes(path: &Path, from: u64, count: u64) {
    let journal = Journal::open(path).await.expect("a journal");
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let journal = journal.clone();
        tasks.spawn(async move {
            let mut number = from + task;
            while number < from.saturating_add(count) {
                journal
                    .put("a", &number.to_le_bytes(), &value(number))
                    .await
                    .expect("a put");
                // an entry that is replaced again and again
                journal
                    .put("a", b"last", &value(number))
                    .await
                    .expect("a put");
                say(&number.to_string());
                number += TASKS;
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("a writer");
    }
    journal.close().await;
}

/// Everything that is there is sound, and so is everything that was said to be there. How much that is.
async fn check(path: &Path, done: &HashSet<u64>) -> usize {
    let journal = Journal::open(path)
        .await
        .expect("a journal that can be opened");
    let mut entries = journal.entries("a");
    let (mut seen, mut known) = (HashSet::new(), HashSet::new());
    while let Some(entry) = entries.next().await.expect("an entry") {
        let Ok(number) = entry.key.as_slice().try_into().map(u64::from_le_bytes) else {
            assert_eq!(entry.key, b"last");
            known.insert(entry.value);
            continue;
        };
        assert_eq!(entry.value, value(number), "{number} is not what was put");
        assert!(seen.insert(number), "{number} is there twice");
    }
    assert_eq!(entries.damaged(), 0);
    let lost: Vec<_> = done.difference(&seen).collect();
    assert!(
        lost.is_empty(),
        "the puts of {lost:?} came back, and they are not there"
    );
    assert!(known.len() <= 1);
    journal.close().await;
    seen.len()
}

#[tokio::test]
async fn fifty_kills_lose_nothing_that_was_finished() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let (mut random, mut done) = (Random(0x5eed), HashSet::new());
    let mut kept = 0;
    for round in 0..50 {
        let mut child = command("writes", &path, round * 1_000_000)
            .spawn()
            .expect("a child");
        let mut said = words(&mut child);
        // it writes from here on; a kill at any moment of it
        let first = said.next().expect("a word of the child");
        thread::sleep(Duration::from_micros(random.below(20_000)));
        child.kill().expect("SIGKILL");
        let rest: Vec<u64> = said.map(|word| word.parse().expect("a number")).collect();
        child.wait().expect("its end");
        done.insert(first.parse().expect("a number"));
        done.extend(&rest);
        let now = check(&path, &done).await;
        // what was being written when it ended may be there: one for each task
        let unsaid = now - kept - rest.len() - 1;
        assert!(
            unsaid <= usize::try_from(TASKS).unwrap(),
            "{unsaid} that nobody said"
        );
        kept = now;
    }
    println!("{} finished, {kept} there", done.len());
    assert!(done.len() > 200, "the children had no time to write");
}

#[tokio::test]
async fn two_processes_write_one_file() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    // both find no file and make it
    let mut children = [0, 1].map(|from| {
        command("writes 150", &path, from * 1_000_000)
            .spawn()
            .expect("a child")
    });
    let mut done = HashSet::new();
    for child in &mut children {
        done.extend(words(child).map(|word| word.parse::<u64>().expect("a number")));
        assert!(child.wait().expect("its end").success());
    }
    assert_eq!(done.len(), 300);
    assert_eq!(check(&path, &done).await, 300);
}

/// Puts until nothing more goes, and then looks what is left.
async fn fills(path: &Path) {
    let journal = Journal::builder().durability(Durability::Process);
    let journal = journal.open(path).await.expect("a journal");
    let bytes = vec![1; 20_000];
    let mut number = 0_u64;
    let error = loop {
        match journal.put("full", &number.to_le_bytes(), &bytes).await {
            Ok(()) => number += 1,
            Err(error) => break error,
        }
        assert!(number < 10_000, "there is no limit");
    };
    let fault = Fault::of(&error).expect("a fault");
    assert!(
        matches!(fault, Fault::Full | Fault::Io) && !fault.is_lasting(),
        "{error}"
    );
    for known in 0..number {
        let entry = journal
            .get("full", &known.to_le_bytes())
            .await
            .expect("a look");
        assert_eq!(entry.expect("an entry").value, bytes);
    }
    say(&number.to_string());
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_takes_nothing_along() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let full = command("fills", &path, 0);
    // no file may be larger: a write beyond is refused, as on a full disk, where the signal is ignored
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""]);
    limited.arg(full.get_program()).args(full.get_args());
    limited.envs(
        full.get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let mut child = limited
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("a child");
    let written: Vec<u64> = words(&mut child)
        .map(|word| word.parse().expect("a number"))
        .collect();
    assert!(child.wait().expect("its end").success());
    let [written] = written[..] else {
        panic!("it says one number: {written:?}");
    };
    assert!(written > 10, "{written}");

    // there is room again
    let journal = Journal::open(&path).await.expect("a journal");
    let size = journal.size("full").await.expect("a size");
    assert_eq!(size.entries, written);
    journal.put("full", b"more", b"value").await.expect("a put");
}
