//! Whole runs of a program's calls under simulated time: servers that fail, limits that they hold themselves, callers
//! that leave, clocks that jump. One thread, tokio's paused clock, and random numbers of our own, so that a seed is a
//! run: the same calls, the same faults, the same waits.
//!
//! ```text
//! cargo test -p sigflow-providers --features cache --test simulation                              200 seeds
//! SIGFLOW_SEED=17 cargo test -p sigflow-providers --features cache --test simulation seeds        that one, and what happened
//! SIGFLOW_SEEDS=1000 cargo test --release -p sigflow-providers --features cache --test simulation -- --nocapture
//! ```
//!
//! Most seeds of a debug build have 200 calls and every twentieth 2,000; all of a release build have 2,000. `SIGFLOW_CALLS`
//! sets another number. The last command is in `cargo xtask ci --full`, and its figures stand in `benches/RESULTS.md`. A seed
//! that does not hold is printed with the command that plays it again.
//!
//! A run draws its servers and layers ([`shape`]): limits, money and memory at each server, retries and breakers, a
//! hedge or a comparison ([`routes`]), a cache, a queue ([`layers`]). It makes its calls ([`run`]), and is judged by what
//! the servers saw ([`server`]), what the callers got ([`caller`]), what the gates heard ([`witness`]), and what went in
//! and out between two layers ([`tap`], [`ledger`], [`memory`]): the rules are in [`judge`]. That they can fail is shown
//! by layers that are broken on purpose ([`broken`]): each must be found.
// of numbers that the simulation draws itself, within its own bounds
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]
mod broken;
mod caller;
mod entries;
mod judge;
mod layers;
mod ledger;
mod memory;
mod random;
mod report;
mod routes;
mod run;
mod server;
mod shape;
mod tap;
mod who;
mod witness;
mod words;

use broken::Broken;
use judge::Rule;
use report::{Kinds, Report, Tally, again};
use shape::Shape;
use std::{
    env,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    thread,
};

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is `{text}`; it must be a number")))
}

/// Calls of a seed. Unoptimized runs are ten times slower, and there fewer calls make no fewer kinds of trouble; what takes
/// thousands of calls to go wrong has every twentieth seed.
fn calls(seed: u64) -> u64 {
    let is_long = !cfg!(debug_assertions) || seed % 20 == 19;
    let usual = if is_long { 2_000 } else { 200 };
    number("SIGFLOW_CALLS").unwrap_or(usual)
}

/// Says which seed it was where the run itself panics.
struct Says(u64);
impl Drop for Says {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("seed {}", again(self.0, calls(self.0)));
        }
    }
}

fn played(seed: u64) -> Report {
    let says = Says(seed);
    let report = run::seed(seed, calls(seed), Broken::Not);
    drop(says);
    report
}

#[test]
fn all_seeds_hold() {
    if let Some(seed) = number("SIGFLOW_SEED") {
        let report = played(seed);
        println!("{}\n{:?}{}", report.shape, report.tally, report.kinds);
        return report.judge();
    }
    let count = number("SIGFLOW_SEEDS").unwrap_or(200);
    let next = AtomicU64::new(0);
    let part = || {
        let (mut tally, mut kinds, mut broken) = (Tally::default(), Kinds::default(), Vec::new());
        loop {
            let seed = next.fetch_add(1, Relaxed);
            if seed >= count {
                return (tally, kinds, broken);
            }
            let report = played(seed);
            tally += report.tally;
            kinds += &report.kinds;
            if !report.faults.is_empty() {
                broken.push(report);
            }
        }
    };
    let (mut tally, mut kinds, mut broken) = (Tally::default(), Kinds::default(), Vec::new());
    thread::scope(|scope| {
        let parts: Vec<_> = (0..threads()).map(|_| scope.spawn(part)).collect();
        for of_part in parts {
            let (of_tally, of_kinds, mut of_broken) = of_part.join().expect("a seed panicked");
            tally += of_tally;
            kinds += &of_kinds;
            broken.append(&mut of_broken);
        }
    });
    broken.sort_by_key(|report| report.seed);
    for report in &broken {
        let first = &report.faults[0];
        println!("seed {} broke {}: {}", report.seed, first.rule, first.what);
    }
    if let Some(first) = broken.first() {
        first.judge();
    }
    println!("{count} seeds:{tally}\nfailures that callers got:{kinds}");
    // what never happened was not judged
    if count >= 200 {
        for (what, times) in tally.each() {
            assert!(
                times > 0,
                "no seed had `{what}`: the simulation lost its reach"
            );
        }
    }
}

/// A seed is a run: the same seed twice makes the same calls with the same ends at the same times.
#[test]
fn a_seed_is_a_run() {
    for seed in [3, 11, 42] {
        let (one, other) = (
            run::seed(seed, 100, Broken::Not),
            run::seed(seed, 100, Broken::Not),
        );
        assert_eq!(one.digest, other.digest, "seed {seed}");
    }
    let digest = |seed| run::seed(seed, 100, Broken::Not).digest;
    assert_ne!(digest(1), digest(2));
}

/// Each layer that is broken on purpose is found, by the rule that is there for it.
#[test]
fn broken_layers_are_found() {
    const CALLS: u64 = 150;
    let found = |(broken, rule): &(Broken, Rule)| {
        let finds = |seed: u64| {
            broken.is_in(&Shape::draw(seed, CALLS)) && {
                let report: Report = run::seed(seed, CALLS, *broken);
                report.faults.iter().any(|fault| fault.rule == *rule)
            }
        };
        let seed = (0..60).find(|seed| finds(*seed));
        match seed {
            Some(seed) => println!("{broken:?}: found by seed {seed}, rule `{rule}`"),
            None => println!("{broken:?}: not found by rule `{rule}` in 60 seeds"),
        }
        seed.is_some()
    };
    let next = AtomicUsize::new(0);
    let part = || {
        let each = std::iter::from_fn(|| Broken::ALL.get(next.fetch_add(1, Relaxed)));
        each.filter(|one| !found(one))
            .map(|(broken, _)| *broken)
            .collect()
    };
    let missed: Vec<Broken> = thread::scope(|scope| {
        let parts: Vec<_> = (0..threads()).map(|_| scope.spawn(part)).collect();
        let parts = parts.into_iter();
        parts
            .flat_map(|part: thread::ScopedJoinHandle<'_, Vec<Broken>>| {
                part.join().expect("a seed panicked")
            })
            .collect()
    });
    assert!(missed.is_empty(), "no rule found {missed:?}");
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, |threads| threads.get().min(4))
}
