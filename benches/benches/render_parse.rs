//! Wall times of rendering and reading one call, ours beside the floor in the same run.
use criterion::{Criterion, criterion_group, criterion_main};
use sigflow_bench::{
    JSON_REPLY, REPLY, floor_parse, floor_render, inputs, parse, predictor, render,
};
use std::hint::black_box;

fn render_parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render");
    for demos in [0, 64] {
        let predictor = predictor(demos);
        group.bench_function(format!("ours, {demos} demos"), |bencher| {
            bencher.iter_batched(
                inputs,
                |inputs| render(&predictor, inputs),
                criterion::BatchSize::SmallInput,
            );
        });
    }
    group.bench_function("floor", |bencher| {
        bencher.iter_batched(
            inputs,
            |inputs| floor_render(&inputs),
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
    let mut group = criterion.benchmark_group("parse");
    group.bench_function("ours, chat", |bencher| {
        bencher.iter(|| parse(black_box(REPLY)));
    });
    group.bench_function("ours, JSON", |bencher| {
        bencher.iter(|| parse(black_box(JSON_REPLY)));
    });
    group.bench_function("floor, serde_json", |bencher| {
        bencher.iter(|| floor_parse(black_box(JSON_REPLY)));
    });
    group.finish();
}

criterion_group!(benches, render_parse);
criterion_main!(benches);
