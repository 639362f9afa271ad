//! A thousand streams at once, from a server in a process of its own: how much memory they take. `streams [COUNT]`.
//! Fails if the process holds more than 100 MB for a thousand.
use sigflow::{Chunk, Lm, Message, OpenAi, Prefix, Request, Retry, Text};
use sigflow_bench::loopback::{self, How, Process, resident};
use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("serve") {
        // 50 KB of events in about fifteen seconds
        let how = How {
            bytes: 50_000,
            pace: Duration::from_millis(60),
            faults: 0,
        };
        return Ok(loopback::serve(how).await?);
    }
    let count: usize = argument.map_or(Ok(1_000), |count| count.parse())?;
    let server = Process::start(&["serve".to_owned()])?;
    let client = OpenAi::builder("gpt-5-mini")
        .base_url(&server.base)
        .api_key("sk-bench-0123456789abcdef")
        .max_concurrent_calls(count)
        .build()?;
    let lm = Retry::new(Lm::new(client)).lm();
    let (before, _) = resident()?;
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..count {
        let (lm, open, most) = (lm.clone(), open.clone(), most.clone());
        calls.spawn(async move {
            let prefix = Prefix::new(Text::from("Be brief."));
            let request = Request::new(prefix, Message::user(format!("question {number}")));
            let mut stream = lm.stream(request);
            let (mut length, mut is_open) = (0, false);
            while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                if let Chunk::Text(piece) = chunk? {
                    length += piece.len();
                    if !std::mem::replace(&mut is_open, true) {
                        most.fetch_max(open.fetch_add(1, SeqCst) + 1, SeqCst);
                    }
                }
            }
            open.fetch_sub(1, SeqCst);
            Ok::<usize, Failure>(length)
        });
    }
    let mut bytes = 0;
    while let Some(call) = calls.join_next().await {
        bytes += call??;
    }
    let (after, peak) = resident()?;
    println!(
        "{count} streams, {} open at once, {bytes} bytes of text in {:.1?}: {:.1} MB before, {:.1} MB at most, {:.1} MB after, {:.1} KB a stream",
        most.load(SeqCst),
        start.elapsed(),
        mega(before),
        mega(peak),
        mega(after),
        mega(peak - before) * 1_000.0 / mega_count(count),
    );
    if most.load(SeqCst) < count {
        return Err("the streams were not all open at once".into());
    }
    if mega(peak) > 100.0 * (mega_count(count) / 1_000.0).max(1.0) {
        return Err("more than 100 MB for a thousand streams".into());
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // of memory
fn mega(kib: u64) -> f64 {
    kib as f64 * 1_024.0 / 1e6
}

#[allow(clippy::cast_precision_loss)] // of streams
fn mega_count(count: usize) -> f64 {
    count as f64
}
