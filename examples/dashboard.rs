//! A dashboard in the terminal: what a program does, while two servers that it asks fail now and then.
//!
//! ```text
//! cargo run --example dashboard
//! ```
//!
//! Two servers on this machine speak OpenAI's chat completions; each fails some requests and is slow with others, by
//! a fixed pattern. A program of three nodes asks them through a router. Eight frames are drawn, half a second apart;
//! nothing else is needed: no key, no network. The picture of the last one in the README is drawn by
//! `cargo xtask dashboard`.
use sigflow::{
    RetryRule, Route, Router, Usage, openai_compatible,
    prelude::*,
    telemetry::{Alert, Rule, Series, Stat, Summary, Telemetry, Window},
};
use std::{
    fmt::{Display, Write as _},
    io::IsTerminal as _,
    sync::{Arc, Mutex},
    time::Duration,
};

signature! {
    /// Write a search query that would find the answer.
    struct SearchQuery<'a> { question: &'a str } -> { query: String }
}
signature! {
    /// Ask the question in other words.
    struct Paraphrase<'a> { question: &'a str } -> { query: String }
}
signature! {
    /// Answer the question.
    struct Answer<'a> { question: &'a str, queries: Vec<String> } -> { answer: String, confidence: f64 }
}

#[program]
async fn research(question: String) -> Result<AnswerOutput> {
    let direct = SearchQuery {
        question: &question,
    }
    .predict()
    .await?;
    let reworded = Paraphrase {
        question: &question,
    }
    .predict()
    .await?;
    let queries = vec![direct.query, reworded.query];
    Answer {
        question: &question,
        queries,
    }
    .predict()
    .await
}

const FRAMES: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // the first fails in bursts, the second is slow now and then
    let first = server::start(|count| match count % 60 {
        20..=34 => server::Mood::Fails,
        count if count % 9 == 0 => server::Mood::Fails,
        _ => server::Mood::Answers(Duration::from_millis(8)),
    })
    .await?;
    let second = server::start(|count| match count % 12 {
        5 => server::Mood::Fails,
        7 | 8 => server::Mood::Answers(Duration::from_millis(90)),
        _ => server::Mood::Answers(Duration::from_millis(15)),
    })
    .await?;
    let lm = Router::new([
        Route::new("first", openai_compatible(first, "small")?),
        Route::new("second", openai_compatible(second, "small")?),
    ])
    .retry(RetryRule::new().base(Duration::from_millis(5)))
    // shorter than usual, for the example
    .cooldown(Duration::from_millis(300), Duration::from_secs(1))
    .lm();

    let alerts: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = {
        let alerts = alerts.clone();
        move |alert: &Alert| alerts.lock().unwrap().push(alert.to_string())
    };
    #[allow(clippy::cast_precision_loss)]
    let price = |_: &str, _: &str, usage: &Usage| {
        Some(usage.input_tokens as f64 * 0.25e-6 + usage.output_tokens as f64 * 2e-6)
    };
    let slow =
        Rule::threshold("slow", Series::ProviderLatency, Stat::P95, 0.08).over(Window::Minute);
    let telemetry = Telemetry::builder()
        .price(price)
        .alert(slow, tell)
        .alerts_every(Duration::from_millis(500))
        .build();
    let _ticking = telemetry.start()?;

    // four askers, until the last frame is drawn
    let program = Arc::new(Research::new());
    let mut askers = tokio::task::JoinSet::new();
    for asker in 0..4 {
        let (program, telemetry, lm) = (program.clone(), telemetry.clone(), lm.clone());
        askers.spawn(async move {
            for number in 0.. {
                let question = format!("Question {number} of asker {asker}?");
                // an error is in the figures; the next question is asked all the same
                let _ = telemetry.watch(lm.scope(program.call(question))).await;
            }
        });
    }
    let terminal = std::io::stdout().is_terminal();
    let asked = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let paint = Paint(asked("CLICOLOR_FORCE") || terminal && !asked("NO_COLOR"));
    for frame in 1..=FRAMES {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let drawn = draw(paint, &telemetry, &alerts.lock().unwrap());
        if terminal && frame > 1 {
            print!("\x1b[{}A\x1b[J", drawn.lines().count() + 1);
        } else if frame > 1 && frame < FRAMES {
            // a log has the first and the last
            continue;
        }
        let title = format!("frame {frame} of {FRAMES}");
        println!("{}\n{drawn}", paint.on(FAINT, title));
    }
    askers.shutdown().await;
    Ok(())
}

// as terminals know them
const BOLD: &str = "1";
const FAINT: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

/// Colours, where somebody sees them.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn on(self, colour: &str, text: impl Display) -> String {
        if self.0 {
            format!("\x1b[{colour}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }
    /// What should be nothing is red where it is not.
    fn count(self, count: impl Display, is_none: bool, width: usize) -> String {
        let text = format!("{count:>width$}");
        if is_none { text } else { self.on(RED, text) }
    }
}

fn draw(paint: Paint, telemetry: &Telemetry, alerts: &[String]) -> String {
    let total = |series, labels: &[(&str, &str)]| telemetry.total(series, labels).1;
    let programs = |success| {
        telemetry
            .total(Series::ProgramDuration, &[("success", success)])
            .0
    };
    let (lost, failed) = (programs("false"), total(Series::ProviderRequestsError, &[]));
    let mut out = String::new();
    let _ = writeln!(
        out,
        "programs {:>5} well {} failed   requests {:>5} well {} failed   recovered {:>4}",
        programs("true"),
        paint.count(lost, lost == 0, 4),
        total(Series::ProviderRequestsSuccess, &[]),
        paint.count(failed, failed == 0.0, 4),
        total(Series::Recoveries, &[]),
    );
    let _ = writeln!(
        out,
        "tokens   {:>8} in {:>8} out          cost {}",
        total(Series::TokenUsage, &[("type", "prompt")]),
        total(Series::TokenUsage, &[("type", "completion")]),
        paint.on(BOLD, format!("${:.5}", total(Series::ExecutionCost, &[]))),
    );
    let mut attempts = telemetry.members(Series::Attempts, Window::Hour);
    attempts.sort_by(|one, other| other.1.sum.total_cmp(&one.1.sum));
    out.push_str("attempts");
    for (key, summary) in attempts {
        let outcome = &key.values[0];
        let colour = if **outcome == *"answered" { GREEN } else { RED };
        let _ = write!(out, "   {} {}", paint.on(colour, outcome), summary.sum);
    }
    out.push_str("\nbreakers");
    for route in ["first", "second"] {
        let state = telemetry.summary(Series::BreakerState, &[("route", route)], Window::Hour);
        let (state, opened) = match state {
            None => (paint.on(GREEN, "closed"), 0),
            Some(Summary { last, count, .. }) if last > 1.5 => (paint.on(RED, "open"), count),
            Some(Summary { last, count, .. }) if last > 0.5 => {
                (paint.on(YELLOW, "half open"), count)
            }
            Some(Summary { count, .. }) => (paint.on(GREEN, "closed"), count),
        };
        let _ = write!(out, "   {route} {state} ({opened} changes)");
    }
    let heading = format!(
        "{:<22}{:>7}{:>10}{:>10}{:>10}",
        "last minute", "count", "p50 ms", "p95 ms", "p99 ms"
    );
    let _ = writeln!(out, "\n{}", paint.on(BOLD, heading));
    percentiles(&mut out, telemetry);
    let alert = match alerts.last() {
        None => "none".to_owned(),
        Some(alert) if alert.contains(" fires") => paint.on(YELLOW, alert),
        Some(alert) => alert.clone(),
    };
    let _ = writeln!(
        out,
        "alert    {alert}\naggregates take {} KiB",
        telemetry.bytes() / 1024
    );
    out
}

/// How long the calls of each signature and the programs took.
fn percentiles(out: &mut String, telemetry: &Telemetry) {
    for (series, name) in [
        (Series::PredictionDuration, "signature"),
        (Series::ProgramDuration, "name"),
    ] {
        for (key, one) in telemetry.members(series, Window::Minute) {
            let labels: Vec<(&str, &str)> = key.labels().collect();
            let of = labels
                .iter()
                .find(|(label, _)| *label == name)
                .map_or("", |(_, value)| value);
            if labels.contains(&("success", "false")) {
                continue;
            }
            let [p50, p95, p99] = [one.p50, one.p95, one.p99].map(|seconds| seconds * 1000.0);
            let _ = writeln!(
                out,
                "{of:<22}{:>7}{p50:>10.1}{p95:>10.1}{p99:>10.1}",
                one.count
            );
        }
    }
}

/// Servers that speak just enough of OpenAI's chat completions, and fail by a pattern.
mod server {
    use std::{
        io,
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
        time::Duration,
    };
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
    };

    pub(crate) enum Mood {
        Answers(Duration),
        Fails,
    }
    type Pattern = fn(u64) -> Mood;

    /// Starts one, and gives its address.
    pub(crate) async fn start(pattern: Pattern) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/v1", listener.local_addr()?);
        let count = Arc::new(AtomicU64::new(0));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(connection, count.clone(), pattern));
            }
        });
        Ok(url)
    }

    async fn answer(
        mut connection: TcpStream,
        count: Arc<AtomicU64>,
        pattern: Pattern,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            let request = loop {
                if let Some(request) = take_request(&mut bytes) {
                    break request;
                }
                if connection.read_buf(&mut bytes).await? == 0 {
                    return Ok(());
                }
            };
            let (status, body) = match pattern(count.fetch_add(1, Ordering::Relaxed)) {
                Mood::Fails => (
                    "503 Service Unavailable",
                    r#"{"error":{"message":"overloaded"}}"#.to_owned(),
                ),
                Mood::Answers(after) => {
                    tokio::time::sleep(after).await;
                    ("200 OK", reply(&request))
                }
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            );
            connection.write_all((head + &body).as_bytes()).await?;
        }
    }

    fn reply(request: &str) -> String {
        let content = if request.contains("Answer the question") {
            "[[ ## answer ## ]]\nA bridge grows in summer.\n[[ ## confidence ## ]]\n0.8"
        } else {
            "[[ ## query ## ]]\nbridge gap heat"
        };
        serde_json::json!({
            "model": "small-2026",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": request.len() / 4, "completion_tokens": content.len() / 4, "total_tokens": (request.len() / 4) + (content.len() / 4)},
        })
        .to_string()
    }

    /// The body of the first request in `bytes`, once all of it is there.
    fn take_request(bytes: &mut Vec<u8>) -> Option<String> {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let lines = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = lines
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))?;
        let end = head + length.trim().parse::<usize>().ok()?;
        if bytes.len() < end {
            return None;
        }
        let body = String::from_utf8_lossy(&bytes[head..end]).into_owned();
        bytes.drain(..end);
        Some(body)
    }
}
