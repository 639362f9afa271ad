//! What a call costs beside the model: encoding, limits, breaker, decoding; retries stand ready.
//!
//! ```text
//! overhead                                  all sizes in memory, then loopback
//! overhead memory plain|stream BYTES CALLS  one size, for callgrind (`benches/overhead.sh`)
//! overhead loopback RATE SECONDS            calls at fixed times, whatever the answers take
//! ```
//!
//! In memory the network is a function that gives a ready reply to the real client: all of the client but the sockets.
//! A size is that of the prompt and of the reply's body, as it is on the wire. Streams come an event at a time.
//!
//! Over loopback calls begin at fixed times, and each is measured from the time at which it should have begun: a slow
//! answer does not hide that others waited behind it (Tene's “coordinated omission”).
use sigflow::{Breaker, Chunk, Limit, Limiter, Lm, Message, OpenAi, Prefix, Request, Retry, Text};
use sigflow_bench::{
    histogram::Histogram,
    loopback::{self, How, Process},
    replies_of_chat::{streamed, text, whole},
};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, Instant},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match arguments[..] {
            [] => {
                for (bytes, calls) in [(1_024, 100_000), (102_400, 10_000), (1_048_576, 1_000)] {
                    memory(false, bytes, calls).await?;
                    memory(true, bytes, calls).await?;
                }
                for rate in [200, 1_000, 4_000] {
                    open_loop(rate, 5).await?;
                }
                Ok(())
            }
            ["memory", kind, bytes, calls] => {
                memory(kind == "stream", bytes.parse()?, calls.parse()?).await
            }
            ["loopback", rate, seconds] => open_loop(rate.parse()?, seconds.parse()?).await,
            ["serve"] => {
                let how = How {
                    bytes: 1_024,
                    pace: Duration::ZERO,
                    faults: 0,
                };
                Ok(loopback::serve(how).await?)
            }
            _ => Err("overhead [memory plain|stream BYTES CALLS | loopback RATE SECONDS]".into()),
        }
    })
}

/// The layers of a call, around the client.
fn layered(client: OpenAi) -> Lm {
    // far above what one thread can do: they count, and nobody waits
    let limit = Limit::new().requests(1 << 32).tokens(1 << 50);
    let limited = Limiter::new(limit).around(&Lm::new(client));
    Retry::new(limited).gate(Breaker::new().gate()).lm()
}

async fn memory(streams: bool, bytes: usize, calls: u64) -> Result<(), Failure> {
    // for the length of the process, so that a reply costs no copy
    let pieces: &'static [&'static str] = if streams {
        let events = streamed(bytes).into_iter();
        events
            .map(|event| &*event.leak())
            .collect::<Vec<_>>()
            .leak()
    } else {
        vec![&*whole(bytes).leak()].leak()
    };
    let kind = if streams {
        "text/event-stream"
    } else {
        "application/json"
    };
    let client = OpenAi::builder("gpt-5-mini")
        .api_key("sk-bench-0123456789abcdef")
        .answered_by(move |_| {
            let body = reqwest::Body::wrap(Pieces(pieces));
            let mut response = http::Response::new(body);
            let kind = http::HeaderValue::from_static(kind);
            response.headers_mut().insert("content-type", kind);
            response.into()
        })
        .build()?;
    let lm = layered(client);
    let prefix = Prefix::new(Text::from("Answer in one sentence."));
    let prompt = text(bytes);
    let mut times = Histogram::default();
    let mut words = 0;
    for call in 0..calls + calls / 20 {
        let message = Message::user(prompt.clone());
        let begins = Instant::now();
        let request = Request::new(prefix.clone(), message);
        words = ask(&lm, request, streams).await?;
        // the first ones fill caches
        if call >= calls / 20 {
            times.add(begins.elapsed());
        }
    }
    let name = if streams { "streamed" } else { "plain" };
    println!(
        "{bytes:8} bytes {name:8} {calls:7} calls   {times}   ({words} bytes of text, {} pieces)",
        pieces.len()
    );
    Ok(())
}

/// One call; gives the length of its text.
async fn ask(lm: &Lm, request: Request, streams: bool) -> Result<usize, Failure> {
    if !streams {
        let response = lm.complete(request).await?;
        return Ok(response.completions[0].text.len());
    }
    let mut stream = lm.stream(request);
    let mut length = 0;
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if let Chunk::Text(piece) = chunk? {
            length += piece.len();
        }
    }
    Ok(length)
}

/// A body in the pieces in which a connection would give it.
struct Pieces(&'static [&'static str]);

impl http_body::Body for Pieces {
    type Data = &'static [u8];
    type Error = std::io::Error;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<&'static [u8]>, std::io::Error>>> {
        let Some((first, rest)) = self.0.split_first() else {
            return Poll::Ready(None);
        };
        self.0 = rest;
        Poll::Ready(Some(Ok(http_body::Frame::data(first.as_bytes()))))
    }
    // a reply in one piece says its length, as servers do
    fn size_hint(&self) -> http_body::SizeHint {
        match self.0 {
            [only] => http_body::SizeHint::with_exact(only.len() as u64),
            _ => http_body::SizeHint::default(),
        }
    }
}

async fn open_loop(rate: u32, seconds: u32) -> Result<(), Failure> {
    let server = Process::start(&["serve".to_owned()])?;
    let client = OpenAi::builder("gpt-5-mini")
        .base_url(&server.base)
        .api_key("sk-bench-0123456789abcdef")
        .max_concurrent_calls(10_000)
        .build()?;
    let lm = layered(client);
    let prefix = Prefix::new(Text::from("Answer in one sentence."));
    let prompt = text(1_024);
    let request = move || Request::new(prefix.clone(), Message::user(prompt.clone()));
    ask(&lm, request(), false).await?;
    let times = Arc::new(Mutex::new(Histogram::default()));
    let every = Duration::from_secs(1) / rate;
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..rate * seconds {
        let due = start + every * number;
        // timers are of a millisecond: too coarse
        while Instant::now() < due {
            tokio::task::yield_now().await;
        }
        let (lm, times, request) = (lm.clone(), times.clone(), request());
        calls.spawn(async move {
            ask(&lm, request, false).await?;
            let took = due.elapsed();
            times.lock().map_err(|_| "poisoned")?.add(took);
            Ok::<(), Failure>(())
        });
    }
    while let Some(call) = calls.join_next().await {
        call??;
    }
    let times = times.lock().map_err(|_| "poisoned")?;
    println!("loopback, {rate} calls a second for {seconds} s, 1 KB: {times}");
    Ok(())
}
