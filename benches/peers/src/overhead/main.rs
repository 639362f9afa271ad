//! The same call of a chat completion of 1 KB by several clients, against the server that `sigflow-bench`'s `overhead serve`
//! is; `run.sh overhead` calls it.
//!
//! ```text
//! overhead prompt                         the prompt, for clients in other languages
//! overhead WHO closed ADDRESS CALLS       one call after another, one thread
//! overhead WHO open ADDRESS RATE SECONDS  calls at fixed times, whatever the answers take, each from when it was due
//! ```
//!
//! It prints one line: who, which loop, calls, then p50, p99, p99.9 and the longest in nanoseconds, separated by tabs.
mod clients;

use clients::{Client, PROMPT_BYTES};
use sigflow_bench::{
    caller::Failure, histogram::Histogram, open_loop::open_loop, replies_of_chat::text,
};
use std::{sync::Arc, time::Instant};

/// Calls before those that are counted: connections are made, caches filled.
const WARM: u32 = 200;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match arguments[..] {
        ["prompt"] => {
            print!("{}", text(PROMPT_BYTES));
            Ok(())
        }
        [who, "closed", address, calls] => {
            let client = clients::named(who, address)?;
            let times = runtime.block_on(closed(client, calls.parse()?))?;
            print(who, "closed", &times);
            Ok(())
        }
        [who, "open", address, rate, seconds] => {
            let client = clients::named(who, address)?;
            let times = runtime.block_on(open(client, rate.parse()?, seconds.parse()?))?;
            print(who, "open", &times);
            Ok(())
        }
        _ => Err("overhead prompt | WHO closed ADDRESS CALLS | WHO open ADDRESS RATE SECONDS".into()),
    }
}

async fn closed(client: Arc<dyn Client>, calls: u32) -> Result<Histogram, Failure> {
    let mut times = Histogram::default();
    for call in 0..WARM + calls {
        let began = Instant::now();
        client.clone().call().await?;
        if call >= WARM {
            times.add(began.elapsed());
        }
    }
    Ok(times)
}

async fn open(client: Arc<dyn Client>, rate: u32, seconds: u32) -> Result<Histogram, Failure> {
    for _ in 0..WARM {
        client.clone().call().await?;
    }
    open_loop(rate, seconds, || client.clone().call()).await
}

fn print(who: &str, kind: &str, times: &Histogram) {
    let [half, most, nearly_all] = [50.0, 99.0, 99.9].map(|at| times.percentile(at).as_nanos());
    let longest = times.most().as_nanos();
    let count = times.count();
    println!("{who}\t{kind}\t{count}\t{half}\t{most}\t{nearly_all}\t{longest}");
}
