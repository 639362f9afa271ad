//! Does one thing so many times, for callgrind; or counts its allocations: `count THING TIMES`.
//!
//! `benches/instructions.sh` runs it twice and divides the difference.
use sigflow_benches::{
    JSON_REPLY, REPLY, floor_parse, floor_render, inputs, parse, predictor, render,
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
};

struct Counting;
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: passes everything on to the system's allocator.
#[allow(unsafe_code, reason = "a counting allocator, in a benchmark")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is ours.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let thing = arguments.next().unwrap_or_default();
    let times: u64 = arguments
        .next()
        .and_then(|times| times.parse().ok())
        .unwrap_or(1);
    let (plain, tuned) = (predictor(0), predictor(64));
    // the first time fills caches that live for ever
    let _ = (
        render(&plain, inputs()),
        render(&tuned, inputs()),
        parse(REPLY),
    );
    let mut allocations = 0;
    for _ in 0..times {
        let question = inputs();
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        match thing.as_str() {
            "render" => drop(black_box(render(&plain, question))),
            "render-64" => drop(black_box(render(&tuned, question))),
            "parse" => drop(black_box(parse(black_box(REPLY)))),
            "parse-json" => drop(black_box(parse(black_box(JSON_REPLY)))),
            "floor-render" => drop(black_box(floor_render(&question))),
            "floor-parse" => drop(black_box(floor_parse(black_box(JSON_REPLY)))),
            "nothing" => drop(black_box(question)),
            other => {
                eprintln!("no such thing: {other}");
                std::process::exit(2);
            }
        }
        allocations += ALLOCATIONS.load(Ordering::Relaxed) - before;
    }
    println!("{thing}: {} allocations each", allocations / times.max(1));
}
