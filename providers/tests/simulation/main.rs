//! Whole runs of a program's calls under simulated time: servers that fail, limits that they hold themselves, callers
//! that leave, clocks that jump. One thread, tokio's paused clock, and random numbers of our own, so that a seed is a
//! run: the same calls, the same faults, the same waits.
//!
//! ```text
//! cargo test -p sigflow-providers --test simulation                                   200 seeds
//! SIGFLOW_SEED=17 cargo test -p sigflow-providers --test simulation seeds             that one, with what happened
//! SIGFLOW_SEEDS=1000 SIGFLOW_CALLS=2000 cargo test --release -p sigflow-providers --test simulation seeds
//! ```
//!
//! A run draws its servers and layers ([`shape`]), makes its calls ([`run`]), and is judged by what the servers saw
//! ([`server`]), what the callers got ([`caller`]) and what the gates heard ([`witness`]): the rules are in [`judge`].
//! That they can fail is shown by layers that are broken on purpose ([`broken`]): each must be found.
// of numbers that the simulation draws itself, within its own bounds
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]
mod broken;
mod caller;
mod judge;
mod layers;
mod random;
mod report;
mod run;
mod server;
mod shape;
mod witness;
mod words;

use broken::Broken;
use report::{Report, Tally};
use std::{env, thread};

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is `{text}`; it must be a number")))
}

/// Calls of a seed. Unoptimized runs are ten times slower, and there fewer calls make no fewer kinds of trouble.
fn calls() -> u64 {
    let usual = if cfg!(debug_assertions) { 200 } else { 2_000 };
    number("SIGFLOW_CALLS").unwrap_or(usual)
}

#[test]
fn all_seeds_hold() {
    if let Some(seed) = number("SIGFLOW_SEED") {
        let report = run::seed(seed, calls(), Broken::Not);
        println!("{}\n{:?}", report.shape, report.tally);
        return report.judge();
    }
    let count = number("SIGFLOW_SEEDS").unwrap_or(200);
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get().min(4));
    let part = |first: u64| {
        let (mut tally, mut broken) = (Tally::default(), Vec::new());
        for seed in (first..count).step_by(threads) {
            let report = run::seed(seed, calls(), Broken::Not);
            tally += report.tally;
            if !report.faults.is_empty() {
                broken.push(report);
            }
        }
        (tally, broken)
    };
    let (mut tally, mut broken) = (Tally::default(), Vec::new());
    thread::scope(|scope| {
        let parts: Vec<_> = (0..threads as u64)
            .map(|first| scope.spawn(move || part(first)))
            .collect();
        for part in parts {
            let (of_part, mut broken_ones) = part.join().expect("no seed panics by itself");
            tally += of_part;
            broken.append(&mut broken_ones);
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
    println!("{count} seeds: {tally:?}");
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
    for (broken, rule) in Broken::ALL {
        let finds = |seed: u64| {
            let report: Report = run::seed(seed, 150, *broken);
            report.faults.iter().any(|fault| fault.rule == *rule)
        };
        let found = (0..60).find(|seed| finds(*seed));
        match found {
            Some(seed) => println!("{broken:?}: found by seed {seed}, rule `{rule}`"),
            None => panic!("{broken:?} was not found by rule `{rule}` in 60 seeds"),
        }
    }
}
