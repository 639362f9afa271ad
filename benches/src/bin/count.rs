//! Does one thing so many times, for callgrind; or counts its allocations: `count THING TIMES`.
//!
//! `benches/instructions.sh` runs it twice and divides the difference.
use sigflow_bench::{
    JSON_REPLY, REPLY,
    allocations::{self, Counting},
    call, floor_parse, floor_render, inputs, parse, predictor, render, run,
};
use std::hint::black_box;

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
    // a model that answers at once
    let lm = sigflow::Lm::from_fn(|_| std::future::ready(Ok(sigflow::Response::text(REPLY))));
    let telemetry = std::sync::Arc::new(sigflow::telemetry::Telemetry::new());
    let watched = sigflow::Scope::current().with_sink(telemetry);
    let mut counted = 0;
    for _ in 0..times {
        let question = inputs();
        let before = allocations::count();
        match thing.as_str() {
            "render" => drop(black_box(render(&plain, question))),
            "render-64" => drop(black_box(render(&tuned, question))),
            "parse" => drop(black_box(parse(black_box(REPLY)))),
            "parse-json" => drop(black_box(parse(black_box(JSON_REPLY)))),
            "floor-render" => drop(black_box(floor_render(&question))),
            "floor-parse" => drop(black_box(floor_parse(black_box(JSON_REPLY)))),
            "call" => drop(black_box(call(question, &lm))),
            "run" => drop(black_box(run(question, &lm, sigflow::Scope::current()))),
            "watched" => drop(black_box(run(question, &lm, watched.clone()))),
            "nothing" => drop(black_box(question)),
            other => {
                eprintln!("no such thing: {other}");
                std::process::exit(2);
            }
        }
        counted += allocations::count() - before;
    }
    println!("{thing}: {} allocations each", counted / times.max(1));
}
