//! Reads one reply so many times, for callgrind: `messy KIND SIZE TIMES`, where the kind `floor` is
//! `serde_json` reading the clean reply. `messy times` prints the ratios of wall times instead.
//!
//! `benches/messy.sh` runs it twice for each and divides the difference.
use sigflow_bench::replies::{Kind, SIZES, floor_sort, reply, sort};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |index: usize| arguments.get(index).map_or("", String::as_str);
    if word(0) == "times" {
        return times();
    }
    let Some((_, tickets)) = SIZES.iter().find(|(name, _)| *name == word(1)) else {
        eprintln!("usage: messy KIND SIZE TIMES, or messy times; sizes are {SIZES:?}");
        std::process::exit(2);
    };
    let times: usize = word(2).parse().unwrap_or(1);
    if word(0) == "floor" {
        let text = reply(Kind::Clean, *tickets);
        for _ in 0..times {
            drop(black_box(floor_sort(black_box(&text))));
        }
        return;
    }
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == word(0)) else {
        eprintln!("no such kind: {}", word(0));
        std::process::exit(2);
    };
    let text = reply(kind, *tickets);
    for _ in 0..times {
        drop(black_box(sort(black_box(&text))));
    }
}

/// The least time of some runs of many readings: what disturbs only adds.
fn least(mut run: impl FnMut()) -> f64 {
    let begin = Instant::now();
    run();
    let once = begin.elapsed().max(Duration::from_nanos(100));
    let rounds = (Duration::from_millis(20).as_nanos() / once.as_nanos()).clamp(1, 50_000);
    (0..7)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..rounds {
                run();
            }
            begin.elapsed().as_secs_f64() / u32::try_from(rounds).map_or(1.0, f64::from)
        })
        .fold(f64::INFINITY, f64::min)
}

fn times() {
    println!("kind        size     bytes        time   times serde_json");
    for (size, tickets) in SIZES {
        let clean = reply(Kind::Clean, tickets);
        let floor = least(|| drop(black_box(floor_sort(black_box(&clean)))));
        println!(
            "floor       {size:6} {:7} {:8.2} µs",
            clean.len(),
            floor * 1e6
        );
        for kind in Kind::ALL {
            let text = reply(kind, tickets);
            let ours = least(|| drop(black_box(sort(black_box(&text)))));
            println!(
                "{:11} {size:6} {:7} {:8.2} µs {:8.2}",
                kind.name(),
                text.len(),
                ours * 1e6,
                ours / floor
            );
        }
    }
}
