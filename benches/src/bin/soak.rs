//! Minutes of calls against two servers of which each fails in a twentieth of its requests: `soak [--minutes 10]`. Fails
//! if fewer than 99.9 % are answered, or if the process grows.
use sigflow::{
    Breaker, Chunk, Concurrency, Limit, Limiter, Lm, Message, OpenAi, Prefix, Queue, Request,
    Route, Router, Text,
};
use sigflow_bench::{
    histogram::Histogram,
    loopback::{self, How, Process, resident},
};
use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Callers at once.
const CALLERS: usize = 32;
/// The time that a process may take to reach its size.
const WARM: f64 = 0.3;

#[derive(Default)]
struct Seen {
    answered: u64,
    failed: BTreeMap<String, u64>,
    attempts: u64,
    times: Histogram,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "serve") {
        let how = How {
            bytes: 2_000,
            pace: Duration::ZERO,
            faults: 50,
        };
        return Ok(loopback::serve(how).await?);
    }
    let minutes: f64 = match &arguments[..] {
        [] => 10.0,
        [name, minutes] if name == "--minutes" => minutes.parse()?,
        _ => return Err("soak [--minutes 10]".into()),
    };
    let servers = [
        Process::start(&["serve".to_owned()])?,
        Process::start(&["serve".to_owned()])?,
    ];
    let mut routes = Vec::new();
    for (server, name) in servers.iter().zip(["one", "other"]) {
        let client = OpenAi::builder("gpt-5-mini")
            .base_url(&server.base)
            .api_key("sk-bench-0123456789abcdef")
            .build()?;
        let limit = Limit::new().requests(600_000).tokens(1 << 40);
        routes.push(Route::new(
            name,
            Limiter::new(limit).around(&Lm::new(client)),
        ));
    }
    let breaker = Breaker::new();
    let asked = Router::weighted(routes).gate(breaker.gate());
    let queue = Queue::new(Concurrency::new().between(8, 64));
    let lm = queue.around(&asked.lm());

    let length = Duration::from_secs_f64(minutes * 60.0);
    let (start, seen) = (Instant::now(), Arc::new(Mutex::new(Seen::default())));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        callers.spawn(calls(lm.clone(), seen.clone(), start + length, caller));
    }
    let mut sizes = Vec::new();
    while start.elapsed() < length {
        tokio::time::sleep(length / 60).await;
        let (now, _) = resident()?;
        sizes.push(now);
        if sizes.len() % 10 == 0 {
            let seen = seen.lock().map_err(|_| "poisoned")?;
            println!(
                "{:6.0?}: {} answered, {} failed, {} KiB",
                start.elapsed(),
                seen.answered,
                seen.failed.values().sum::<u64>(),
                now
            );
        }
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    let seen = seen.lock().map_err(|_| "poisoned")?;
    report(&seen, &sizes, &breaker, start.elapsed())
}

async fn calls(
    lm: Lm,
    seen: Arc<Mutex<Seen>>,
    until: Instant,
    caller: usize,
) -> Result<(), Failure> {
    let prefix = Prefix::new(Text::from("Be brief."));
    let mut number = caller;
    while Instant::now() < until {
        number += 1;
        let question = format!("question {number} of caller {caller}");
        let request = Request::new(prefix.clone(), Message::user(question));
        let begins = Instant::now();
        let result = if number.is_multiple_of(2) {
            lm.complete(request)
                .await
                .map(|response| response.attempts.len())
        } else {
            read(&lm, request).await
        };
        {
            let mut seen = seen.lock().map_err(|_| "poisoned")?;
            match result {
                Ok(attempts) => {
                    seen.answered += 1;
                    seen.attempts += attempts as u64;
                    seen.times.add(begins.elapsed());
                }
                Err(error) => {
                    *seen
                        .failed
                        .entry(format!("{:?}", error.kind()))
                        .or_default() += 1;
                }
            }
        }
        // a program does something with the answer; the machine is not ours alone
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

async fn read(lm: &Lm, request: Request) -> sigflow::Result<usize> {
    let mut stream = lm.stream(request);
    let mut attempts = 0;
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if let Chunk::Attempts(made) = chunk? {
            attempts = made.len();
        }
    }
    Ok(attempts)
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)] // of counts
fn report(seen: &Seen, sizes: &[u64], breaker: &Breaker, took: Duration) -> Result<(), Failure> {
    let failed: u64 = seen.failed.values().sum();
    let all = seen.answered + failed;
    let share = seen.answered as f64 / all.max(1) as f64;
    println!(
        "{all} calls in {took:.0?}, {:.4} % answered, {} requests, failures {:?}, breakers {:?}",
        share * 100.0,
        seen.attempts,
        seen.failed,
        breaker.states()
    );
    println!("{}", seen.times);
    let warm = &sizes[(sizes.len() as f64 * WARM) as usize..];
    let part = (warm.len() / 4).max(1);
    let mean = |sizes: &[u64]| sizes.iter().sum::<u64>() as f64 / sizes.len().max(1) as f64;
    let (first, last) = (mean(&warm[..part]), mean(&warm[warm.len() - part..]));
    println!("memory after the start {first:.0} KiB, at the end {last:.0} KiB");
    if share < 0.999 {
        return Err("fewer than 99.9 % were answered".into());
    }
    // an allocator needs a while to settle: a megabyte is not growth
    if last > first * 1.03 + 1_024.0 {
        return Err("the process grows".into());
    }
    Ok(())
}
