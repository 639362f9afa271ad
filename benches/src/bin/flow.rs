//! Runs one program so many times: `flow SHAPE NODES HOW ready|yields|waits TIMES`. Prints nanoseconds and allocations of
//! a run; callgrind counts its instructions. `benches/flow.sh` asks for all of them.
use sigflow_bench::{
    allocations::{self, Counting},
    flow::{self, When},
};
use std::{
    future::Future,
    hint::black_box,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Instant,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a runtime's waker does at least: it is counted, and a wake is written down.
struct Task(AtomicU64);
impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(1, Ordering::Release);
    }
}

fn finish<F: Future>(future: F, waker: &Waker) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(waker)) {
            return value;
        }
        flow::wake_all();
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [shape, nodes, how, when, times] = arguments.as_slice() else {
        eprintln!("flow SHAPE NODES HOW ready|yields|waits TIMES");
        std::process::exit(2);
    };
    let (nodes, times): (u64, u64) = (nodes.parse().unwrap_or(0), times.parse().unwrap_or(1));
    let when = match when.as_str() {
        "ready" => When::Ready,
        "yields" => When::Yields,
        _ => When::Waits,
    };
    let waker = Waker::from(Arc::new(Task(AtomicU64::new(0))));
    macro_rules! run {
        ($program:ident) => {{
            let mut best = u128::MAX;
            let before = allocations::count();
            for _ in 0..10 {
                let begin = Instant::now();
                for input in 0..times / 10 {
                    black_box(finish(
                        flow::$program(black_box(when), black_box(input)),
                        &waker,
                    ));
                }
                best = best.min(begin.elapsed().as_nanos());
            }
            let allocations = allocations::count() - before;
            let runs = (times / 10).max(1);
            println!(
                "{} ns and {} allocations a run",
                best / u128::from(runs),
                allocations / runs / 10
            );
        }};
    }
    match (shape.as_str(), nodes, how.as_str()) {
        ("wide", 3, "program") => run!(wide_3),
        ("wide", 3, "join") => run!(wide_3_by_hand),
        ("wide", 3, "plain") => run!(wide_3_plain),
        ("wide", 10, "program") => run!(wide_10),
        ("wide", 10, "join") => run!(wide_10_by_hand),
        ("wide", 10, "plain") => run!(wide_10_plain),
        ("wide", 50, "program") => run!(wide_50),
        ("wide", 50, "join") => run!(wide_50_by_hand),
        ("wide", 50, "plain") => run!(wide_50_plain),
        ("ladder", 3, "program") => run!(ladder_3),
        ("ladder", 3, "join") => run!(ladder_3_by_hand),
        ("ladder", 3, "plain") => run!(ladder_3_plain),
        ("ladder", 10, "program") => run!(ladder_10),
        ("ladder", 10, "join") => run!(ladder_10_by_hand),
        ("ladder", 10, "plain") => run!(ladder_10_plain),
        ("ladder", 50, "program") => run!(ladder_50),
        ("ladder", 50, "join") => run!(ladder_50_by_hand),
        ("ladder", 50, "plain") => run!(ladder_50_plain),
        _ => {
            eprintln!("no such program");
            std::process::exit(2);
        }
    }
}
