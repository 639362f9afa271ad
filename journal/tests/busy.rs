//! What callers get while another process writes and does not end.
mod support;

use rusqlite::Connection;
use sigflow_core::Result;
use sigflow_journal::{Durability, Fault, Journal};
use std::{
    path::Path,
    process::Child,
    thread,
    time::{Duration, Instant},
};
use support::{Folder, child as command, role, say, words};
use tokio::task::JoinSet;

/// The process that holds the lock. Run as a test of its own it does nothing.
#[test]
fn child() {
    let Some((role, path, _)) = role() else {
        return;
    };
    assert_eq!(role, "holds");
    let connection = Connection::open(&path).expect("a connection");
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the lock");
    say("held");
    loop {
        thread::park();
    }
}

/// A process that writes and does not end, until it is killed.
struct Holder(Child);

impl Holder {
    fn of(path: &Path) -> Self {
        let mut child = command("holds", path, 0).spawn().expect("a child");
        let word = words(&mut child).next();
        assert_eq!(word.as_deref(), Some("held"));
        Holder(child)
    }
    fn end(mut self) {
        self.0.kill().expect("SIGKILL");
        self.0.wait().expect("its end");
    }
}

async fn open(path: &Path, patience: Duration) -> Journal {
    let journal = Journal::builder()
        .durability(Durability::Process)
        .patience(patience);
    journal.open(path).await.expect("a journal")
}

/// So many puts at once, each in a task of its own.
fn puts(journal: &Journal, from: u64, count: u64) -> JoinSet<Result<()>> {
    let numbers = from..from + count;
    numbers
        .map(|number| {
            let journal = journal.clone();
            async move { journal.put("a", &number.to_le_bytes(), b"value").await }
        })
        .collect()
}

/// How long so many puts take to be told that another process writes.
async fn time(journal: &Journal, count: u64) -> Duration {
    let begin = Instant::now();
    let told = faults(puts(journal, 0, count)).await;
    let busy = |fault: &Option<Fault>| *fault == Some(Fault::Busy);
    assert!(told.iter().all(busy), "{told:?}");
    begin.elapsed()
}

async fn faults(puts: JoinSet<Result<()>>) -> Vec<Option<Fault>> {
    let fault = |put: Result<()>| put.err().map(|error| Fault::of(&error).expect("a fault"));
    puts.join_all().await.into_iter().map(fault).collect()
}

#[tokio::test]
async fn a_thousand_callers_wait_for_another_process_as_long_as_one() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let journal = open(&path, Duration::from_millis(200)).await;
    let holder = Holder::of(&path);
    let (one, thousand) = (time(&journal, 1).await, time(&journal, 1_000).await);
    // one after the other would be a thousand times as long, and batch after batch four times; what is left is work
    assert!(thousand < one * 20, "{thousand:?}, where one takes {one:?}");
    for result in [
        journal.remove("a", b"key").await,
        journal.compact().await,
        journal
            .prune("a", sigflow_journal::Keep::all())
            .await
            .map(|_| ()),
    ] {
        // to compact may find nothing to do
        let fault = result.err().map(|error| Fault::of(&error));
        assert!(matches!(fault, None | Some(Some(Fault::Busy))), "{fault:?}");
    }
    assert_eq!(journal.size("a").await.expect("a size").entries, 0);
    holder.end();
    assert_eq!(faults(puts(&journal, 0, 1_000)).await, [None; 1_000]);
    assert_eq!(journal.size("a").await.expect("a size").entries, 1_000);
}

#[tokio::test]
async fn those_who_wait_long_enough_are_written_when_the_other_process_ends() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let journal = open(&path, Duration::from_mins(10)).await;
    let holder = Holder::of(&path);
    let mut puts = puts(&journal, 0, 600);
    // all have been sent
    tokio::task::yield_now().await;
    assert!(puts.try_join_next().is_none(), "the lock is held");
    holder.end();
    assert_eq!(faults(puts).await, [None; 600]);
    assert_eq!(journal.size("a").await.expect("a size").entries, 600);
}

/// Who waits for room in the queue waits as long as its patience too, and not once more for each who goes before.
#[tokio::test]
async fn those_behind_a_full_queue_are_told_with_the_others() {
    let folder = Folder::new();
    let path = folder.file("paid.db");
    let patience = Duration::from_millis(200);
    let journal = Journal::builder().patience(patience).queue_bytes(1_000);
    let journal = journal.open(&path).await.expect("a journal");
    let holder = Holder::of(&path);
    // a hundred times the queue's content
    let (one, many) = (time(&journal, 1).await, time(&journal, 300).await);
    assert!(many < one * 20, "{many:?}, where one takes {one:?}");
    holder.end();
    assert_eq!(faults(puts(&journal, 0, 300)).await, [None; 300]);
}
