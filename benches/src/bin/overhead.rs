//! What a call costs beside the model: encoding, limits, breaker, span, decoding; retries stand ready.
//!
//! ```text
//! overhead                                             all sizes in memory, then loopback
//! overhead memory plain|stream request|call|watched BYTES CALLS
//!                                                      one row, for callgrind (`benches/overhead.sh`)
//! overhead loopback RATE SECONDS                       calls at fixed times, whatever the answers take
//! overhead serve                                       the server of these, for others to ask (`benches/peers`)
//! ```
//!
//! A row is one of three: a *request* to the model, as adapters make it; a *call* of a signature, which renders the prompt
//! and reads the reply into its output; the same call *watched* by a `Telemetry` with prices, as a user switches it on. Only
//! the last one has spans (the call's, the request's, the HTTP attempt's) and counts.
//!
//! In memory the network is a function that gives a ready reply to the real client: all of the client but the sockets.
//! A size is that of the prompt and of the reply's body, as it is on the wire. Streams come an event at a time.
//!
//! Over loopback calls begin at fixed times, and each is measured from the time at which it should have begun.
use reqwest::ResponseBuilderExt as _;
use sigflow::OpenAi;
use sigflow_bench::{
    caller::{Caller, Failure, Row},
    histogram::Histogram,
    loopback::{self, How, Process},
    open_loop::open_loop,
    replies_of_chat::{streamed, whole},
};
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// Into so many rounds the calls of a row are divided, and all rows of a size go by turns. A machine that is shared is slow
/// for seconds at a time: so it is slow to all of them, and the quietest round says what a call takes where nobody disturbs it.
const ROUNDS: u64 = 10;

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
                    let rows = [false, true].map(|streams| {
                        [Row::Request, Row::Call, Row::Watched].map(|row| (streams, row))
                    });
                    memory(rows.as_flattened(), bytes, calls).await?;
                }
                for rate in [200, 1_000, 4_000] {
                    over_loopback(rate, 5).await?;
                }
                Ok(())
            }
            ["memory", kind, row, bytes, calls] => {
                let row = Row::named(row).ok_or("no such row")?;
                memory(&[(kind == "stream", row)], bytes.parse()?, calls.parse()?).await
            }
            ["loopback", rate, seconds] => over_loopback(rate.parse()?, seconds.parse()?).await,
            ["serve"] => {
                let how = How {
                    bytes: 1_024,
                    pace: Duration::ZERO,
                    faults: 0,
                };
                Ok(loopback::serve(how).await?)
            }
            _ => Err(
                "overhead [memory plain|stream request|call|watched BYTES CALLS | loopback RATE SECONDS | serve]"
                    .into(),
            ),
        }
    })
}

/// A row whose network is a function.
struct InMemory {
    caller: Caller,
    row: Row,
    streams: bool,
    bytes: usize,
    pieces: &'static [&'static str],
    times: Histogram,
    quietest: Option<Histogram>,
    /// Bytes of text of the last answer.
    words: usize,
}

impl InMemory {
    fn new(streams: bool, row: Row, bytes: usize) -> Result<Self, Failure> {
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
        let url = reqwest::Url::parse("http://127.0.0.1/v1/chat/completions")?;
        let client = OpenAi::builder("gpt-5-mini")
            .api_key("sk-bench-0123456789abcdef")
            .answered_by(move |_| {
                let body = reqwest::Body::wrap(Pieces(pieces));
                // with its URL, or it would read one out of a text
                let response = http::Response::builder().url(url.clone());
                let mut response = response.body(body).unwrap_or_default();
                let kind = http::HeaderValue::from_static(kind);
                response
                    .headers_mut()
                    .insert(http::header::CONTENT_TYPE, kind);
                response.into()
            })
            .build()?;
        Ok(InMemory {
            caller: Caller::new(client, row, streams, bytes),
            row,
            streams,
            bytes,
            pieces,
            times: Histogram::default(),
            quietest: None,
            words: 0,
        })
    }

    /// The first calls fill caches.
    async fn warm(&mut self, calls: u64) -> Result<(), Failure> {
        for _ in 0..calls {
            self.words = self.caller.call(self.caller.prompt()).await?;
        }
        Ok(())
    }

    async fn round(&mut self, calls: u64) -> Result<(), Failure> {
        let mut this = Histogram::default();
        for _ in 0..calls {
            let prompt = self.caller.prompt();
            let begins = Instant::now();
            self.words = self.caller.call(prompt).await?;
            let took = begins.elapsed();
            self.times.add(took);
            this.add(took);
        }
        let is_quieter = |known: &Histogram| this.percentile(50.0) < known.percentile(50.0);
        if self.quietest.as_ref().is_none_or(is_quieter) {
            self.quietest = Some(this);
        }
        Ok(())
    }
}

impl fmt::Display for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.streams { "streamed" } else { "plain" };
        let micros = |percent| {
            let time = self.quietest.as_ref().map(|it| it.percentile(percent));
            time.unwrap_or_default().as_secs_f64() * 1e6
        };
        write!(
            f,
            "{:8} bytes {name:8} {:8} {:7} calls   {}   quietest round: p50 {:9.2} µs   p99 {:9.2} µs   ({} bytes of text, {} pieces)",
            self.bytes,
            self.row.name(),
            self.times.count(),
            self.times,
            micros(50.0),
            micros(99.0),
            self.words,
            self.pieces.len()
        )
    }
}

/// Rows of one size, by turns: so many calls of each.
async fn memory(rows: &[(bool, Row)], bytes: usize, calls: u64) -> Result<(), Failure> {
    let rows = rows.iter();
    let rows = rows.map(|(streams, row)| InMemory::new(*streams, *row, bytes));
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    for row in &mut rows {
        row.warm(calls / 20).await?;
    }
    for round in 0..ROUNDS {
        for row in &mut rows {
            row.round(calls * (round + 1) / ROUNDS - calls * round / ROUNDS)
                .await?;
        }
    }
    for row in rows {
        println!("{row}");
    }
    Ok(())
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

async fn over_loopback(rate: u32, seconds: u32) -> Result<(), Failure> {
    let server = Process::start(&["serve".to_owned()])?;
    let client = OpenAi::builder("gpt-5-mini")
        .base_url(&server.base)
        .api_key("sk-bench-0123456789abcdef")
        .max_concurrent_calls(10_000)
        .build()?;
    let caller = Caller::new(client, Row::Watched, false, 1_024);
    caller.call(caller.prompt()).await?;
    let times = open_loop(rate, seconds, || {
        let (caller, prompt) = (caller.clone(), caller.prompt());
        async move { caller.call(prompt).await.map(drop) }
    });
    let times = times.await?;
    println!("loopback, {rate} calls a second for {seconds} s, 1 KB: {times}");
    Ok(())
}
