//! Times of the best of many batches, warm.
use std::{
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind, set_hook},
    time::{Duration, Instant},
};

/// A batch takes about so long.
const BATCH: Duration = Duration::from_millis(20);
const BATCHES: usize = 15;

/// Nanoseconds of one `work` on what `prepare` makes, which is not timed.
pub fn best<I, O>(mut prepare: impl FnMut() -> I, mut work: impl FnMut(I) -> O) -> f64 {
    let began = Instant::now();
    black_box(work(prepare()));
    let first = began.elapsed().max(Duration::from_nanos(50));
    let times = (BATCH.as_nanos() / first.as_nanos()).clamp(1, 20_000);
    let mut best = f64::INFINITY;
    for _ in 0..BATCHES {
        let inputs: Vec<I> = (0..times).map(|_| prepare()).collect();
        // what was made is dropped within the time, as a user would
        let began = Instant::now();
        for input in inputs {
            black_box(work(black_box(input)));
        }
        best = best.min(began.elapsed().as_nanos() as f64 / times as f64);
    }
    best
}

/// Prints how long a text takes to read and whether the values are right. A peer may panic.
pub fn reading<T>(name: &str, who: &str, read: impl Fn() -> Option<T>, right: impl Fn(&T) -> bool) {
    set_hook(Box::new(|_| {}));
    let what = match catch_unwind(AssertUnwindSafe(&read)) {
        Err(_) => "panics",
        Ok(None) => "refuses",
        Ok(Some(value)) if right(&value) => "right",
        Ok(Some(_)) => "wrong",
    };
    let nanoseconds = if what == "panics" {
        best(|| (), |()| catch_unwind(AssertUnwindSafe(&read)).is_ok())
    } else {
        best(|| (), |()| read())
    };
    println!("read\t{name}\t{who}\t{nanoseconds:.0}\t{what}");
}

/// Prints how long a prompt takes, and its bytes.
pub fn rendering(demos: usize, who: &str, nanoseconds: f64, bytes: usize) {
    println!("render\t{demos}\t{who}\t{nanoseconds:.0}\t{bytes} B");
}
