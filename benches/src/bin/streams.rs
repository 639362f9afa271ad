//! A thousand calls in flight, to a server in a process of its own: how much memory they take, and which part of it is what
//! they hold for the user (the prompt, which a retry would send again, and the text so far).
//!
//! ```text
//! streams                               a thousand streams; fails if the process holds more than 100 MB
//! streams streamed|whole COUNT BYTES    so many calls with prompts of so many bytes
//! ```
//!
//! Calls begin a millisecond after each other, as they do in a program that serves; each prompt is another one.
use sigflow::{Chunk, Lm, Message, OpenAi, Prefix, Request, Retry, Text};
use sigflow_bench::{
    caller::Failure,
    loopback::{self, How, Process, resident},
    replies_of_chat::text,
};
use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve"] => {
            // 50 KB of events in about fifteen seconds; a whole reply takes as long
            let how = How {
                bytes: 50_000,
                pace: Duration::from_millis(60),
                faults: 0,
            };
            Ok(loopback::serve(how).await?)
        }
        [] => in_flight(true, 1_000, 20).await,
        [kind, count, bytes] => in_flight(kind == "streamed", count.parse()?, bytes.parse()?).await,
        _ => Err("streams [streamed|whole COUNT BYTES]".into()),
    }
}

/// What the calls tell while they are under way.
#[derive(Default)]
struct Told {
    /// Streams that have begun to answer, or whole calls that have begun.
    open: AtomicUsize,
    most: AtomicUsize,
    ended: AtomicUsize,
    /// Bytes of text that came.
    text: AtomicUsize,
}

async fn in_flight(streams: bool, count: usize, bytes: usize) -> Result<(), Failure> {
    let server = Process::start(&["serve".to_owned()])?;
    let client = OpenAi::builder("gpt-5-mini")
        .base_url(&server.base)
        .api_key("sk-bench-0123456789abcdef")
        .max_concurrent_calls(count)
        .build()?;
    let lm = Retry::new(Lm::new(client)).lm();
    let told = Arc::new(Told::default());
    let start = Instant::now();
    let (before, _) = resident()?;
    let mut calls = tokio::task::JoinSet::new();
    for call in 0..count {
        let (lm, told) = (lm.clone(), told.clone());
        let prompt = format!("{call} {}", text(bytes));
        calls.spawn(async move { ask(&lm, prompt, streams, &told).await });
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    while told.open.load(SeqCst) < count && told.ended.load(SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // what was sent has gone
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (now, _) = resident()?;
    let payload = count * bytes + told.text.load(SeqCst);
    let all_there = told.ended.load(SeqCst) == 0;
    while let Some(call) = calls.join_next().await {
        call??;
    }
    let (after, peak) = resident()?;
    println!(
        "{count} calls {}, {} open at once, prompts of {bytes} bytes, {} bytes of text in {:.1?}: {:.1} MB before, {:.1} MB with \
         all in flight, {:.1} MB at most, {:.1} MB after; {:.1} KB a call, of which {:.1} KB are its prompt and text: {:.0} %",
        if streams { "streamed" } else { "whole" },
        told.most.load(SeqCst),
        told.text.load(SeqCst),
        start.elapsed(),
        mega(before),
        mega(now),
        mega(peak),
        mega(after),
        mega(now - before) * 1e3 / number(count),
        number(payload) / 1e3 / number(count),
        number(payload) / 1e4 / mega(now - before),
    );
    if told.most.load(SeqCst) < count || !all_there {
        return Err("the calls were not all in flight at once".into());
    }
    // prompts and their bodies, which are there together for as long as it takes to send them
    let room = 100.0 * (number(count) / 1e3).max(1.0) + 2.0 * number(count * bytes) / 1e6;
    if mega(peak) > room {
        return Err(format!("more than {room:.0} MB").into());
    }
    Ok(())
}

async fn ask(lm: &Lm, prompt: String, streams: bool, told: &Told) -> Result<(), Failure> {
    let opens = || {
        told.most
            .fetch_max(told.open.fetch_add(1, SeqCst) + 1, SeqCst);
    };
    let prefix = Prefix::new(Text::from("Be brief."));
    let request = Request::new(prefix, Message::user(prompt));
    if streams {
        let mut stream = lm.stream(request);
        let mut is_open = false;
        while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            if let Chunk::Text(piece) = chunk? {
                told.text.fetch_add(piece.len(), SeqCst);
                if !std::mem::replace(&mut is_open, true) {
                    opens();
                }
            }
        }
    } else {
        opens();
        let response = lm.complete(request).await?;
        told.text
            .fetch_add(response.completions[0].text.len(), SeqCst);
    }
    told.open.fetch_sub(1, SeqCst);
    told.ended.fetch_add(1, SeqCst);
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // of memory
fn mega(kib: u64) -> f64 {
    kib as f64 * 1_024.0 / 1e6
}

#[allow(clippy::cast_precision_loss)] // of calls and bytes
fn number(count: usize) -> f64 {
    count as f64
}
