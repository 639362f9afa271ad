//! What is left after `kill -9`, of two processes, and of a full disk.
use super::{ask, model, on_disk, support};
use sigflow_core::Lm;
use std::{
    collections::{HashMap, HashSet},
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};
use support::{Folder, Random, child as command, say, words};

/// Questions that there are.
const QUESTIONS: u64 = 1_500;

pub(super) fn child(role: &str, path: &Path, from: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(async {
        match role {
            "asks" => asks(path, from).await,
            "all" => all(path, from).await,
            "fills" => fills(path).await,
            other => panic!("no such role: {other}"),
        }
    });
}

fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(test);
}

/// A model that says `?` and the number each time it is asked, which is when it is paid.
fn paid(path: &Path) -> Lm {
    model(&on_disk(path), |number| say(&format!("?{number}")))
}

/// Asks in four tasks, in an order of its own, until it is killed, and says `!` and the number of what it has.
async fn asks(path: &Path, seed: u64) {
    let lm = paid(path);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..4 {
        let (lm, mut random) = (lm.clone(), Random(seed * 4 + task + 1));
        tasks.spawn(async move {
            loop {
                let number = random.below(QUESTIONS);
                ask(&lm, number).await;
                say(&format!("!{number}"));
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

/// Asks everything in an order of its own.
async fn all(path: &Path, seed: u64) {
    let (lm, mut random) = (paid(path), Random(seed + 1));
    let mut numbers: Vec<u64> = (0..150).collect();
    while !numbers.is_empty() {
        let at = random.below(numbers.len() as u64);
        let number = numbers.swap_remove(usize::try_from(at).unwrap());
        ask(&lm, number).await;
        say(&format!("!{number}"));
    }
}

#[test]
fn fifty_kills_serve_nothing_wrong_and_ask_nothing_twice() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let mut random = Random(0xcac4e);
    let mut done: HashSet<u64> = HashSet::new();
    let (mut paid, mut saved) = (0, 0);
    for round in 0..50 {
        let mut child = command("asks", &path, round).spawn().expect("a child");
        let mut said = words(&mut child);
        // it asks from here on; a kill at any moment of it
        let first = said.next().expect("a word of the child");
        thread::sleep(Duration::from_micros(random.below(25_000)));
        child.kill().expect("SIGKILL");
        let mut asked = HashMap::new();
        for word in std::iter::once(first).chain(said) {
            let number: u64 = word[1..].parse().expect("a number");
            if word.starts_with('?') {
                assert!(
                    !done.contains(&number),
                    "{number} was finished and is asked again"
                );
                let times = asked
                    .entry(number)
                    .and_modify(|times| *times += 1)
                    .or_insert(1);
                assert_eq!(*times, 1, "{number} is asked twice in one process");
                paid += 1;
            } else {
                saved += usize::from(!asked.contains_key(&number));
                done.insert(number);
            }
        }
        // the child compares each answer with what it must be, and would have ended by itself
        assert_eq!(child.wait().expect("its end").signal(), Some(9));
    }
    println!(
        "{} finished, {paid} paid, {saved} saved across processes",
        done.len()
    );
    assert!(done.len() > 100 && saved > 20, "the children had no time");
    assert!(
        paid <= done.len() + 50 * 4,
        "what is lost is what was under way"
    );

    // and all of it is there in the end
    block_on(async {
        let (lm, asked) = super::counting(&on_disk(&path));
        for number in &done {
            ask(&lm, *number).await;
        }
        assert_eq!(*asked.lock().expect("a list"), [0; 0]);
    });
}

#[test]
fn two_processes_share_what_they_paid_for() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let mut children = [0, 7].map(|seed| command("all", &path, seed).spawn().expect("a child"));
    let (mut done, mut paid) = (Vec::new(), HashMap::<u64, u32>::new());
    for child in &mut children {
        for word in words(child) {
            let number: u64 = word[1..].parse().expect("a number");
            if word.starts_with('?') {
                *paid.entry(number).or_default() += 1;
            } else {
                done.push(number);
            }
        }
        assert!(child.wait().expect("its end").success());
    }
    assert_eq!((done.len(), paid.len()), (300, 150));
    // a third one pays nothing
    let mut third = command("all", &path, 99).spawn().expect("a child");
    assert!(words(&mut third).all(|word| word.starts_with('!')));
    assert!(third.wait().expect("its end").success());
}

/// Asks on a disk that is soon full: all is answered, nothing wrong, and what memory has is not asked twice.
async fn fills(path: &Path) {
    let lm = paid(path);
    for number in 0..400 {
        ask(&lm, number).await;
    }
    for number in 0..400 {
        ask(&lm, number).await;
    }
    say("!0");
}

#[test]
fn a_full_disk_stops_nobody() {
    let folder = Folder::new();
    let path = folder.file("replies.db");
    let full = command("fills", &path, 0);
    // no file may be larger: a write beyond is refused, as on a full disk, where the signal is ignored
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 500; exec \"$0\" \"$@\""]);
    limited.arg(full.get_program()).args(full.get_args());
    limited.envs(
        full.get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let mut child = limited.stdout(Stdio::piped()).spawn().expect("a child");
    let said: Vec<String> = words(&mut child).collect();
    assert!(child.wait().expect("its end").success());
    assert_eq!(
        (said.len(), said.last().map(String::as_str)),
        (401, Some("!0"))
    );

    // there is room again: what was written is there and right, the rest is asked
    block_on(async {
        let (lm, asked) = super::counting(&on_disk(&path));
        for number in 0..400 {
            ask(&lm, number).await;
        }
        let asked = asked.lock().expect("a list").len();
        assert!((1..400).contains(&asked), "{asked}");
    });
}
