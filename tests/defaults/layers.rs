//! Transport, retries and routes.
use super::{Row, ask, row, shown, time};
use sigflow::{
    EmbeddingClientBuilder, Error, ErrorKind, Gemini, Lm, Ollama, OpenAi, Retry, RetryBudget,
    Router, middleware::SetHeader, testing::Scripted,
};
use std::time::Duration;

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a figure of two clients says.
pub(super) fn pair<T: std::fmt::Debug>(
    one: &T,
    other: &T,
    field: &str,
    as_is: fn(&str) -> String,
) -> [String; 2] {
    [as_is(&shown(one, field)), as_is(&shown(other, field))]
}

/// A time that only holds for streams: what happens is in the providers' tests; the client tells of it in words.
async fn silence(set: bool, begun: bool) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a client");
        let mut question = [0; 4096];
        let _ = socket.read(&mut question).await;
        if begun {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            let event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
            let _ = socket.write_all(format!("{head}{event}").as_bytes()).await;
        }
        let _ = socket.read(&mut question).await;
    });
    let mut builder = OpenAi::builder("m").base_url(format!("http://{address}/v1"));
    if set {
        builder = builder
            .first_token_timeout(seconds(3))
            .idle_timeout(seconds(4));
    }
    let lm = Lm::new(builder.build().expect("a client"));
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    let mut stream = lm.stream(ask());
    while let Some(piece) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if piece.is_err() {
            break;
        }
    }
    let took = start.elapsed().as_secs();
    tokio::time::resume();
    server.abort();
    format!("{took} s")
}

fn transport(rows: &mut Vec<Row>) {
    let builder = || OpenAi::builder("m").api_key("k");
    let one = builder();
    let other = builder()
        .connect_timeout(seconds(1))
        .total_timeout(seconds(2))
        .pool_timeout(seconds(3))
        .max_concurrent_calls(4)
        .idle_connections(5)
        .redirects(6)
        .middleware(SetHeader::new("x-a", |_| None));
    let as_is: fn(&str) -> String = str::to_owned;
    let none: fn(&str) -> String = |debug| debug.replace("0 middleware", "none");
    for (what, field, form) in [
        ("connecting", "connect", time as fn(&str) -> String),
        ("whole reply; a stream without progress", "total", time),
        ("calls under way at the same time", "calls", as_is),
        ("wait for a place among them", "place", time),
        ("idle connections for each host", "idle", as_is),
        (
            "redirects that are followed, without a key",
            "redirects",
            as_is,
        ),
        ("middleware", "middleware", none),
    ] {
        let of = |it| match field {
            "calls" | "idle" | "redirects" => part(&shown(it, "traffic"), field),
            _ => shown(it, field),
        };
        let [ours, set] = [&one, &other].map(|it| form(&of(it)));
        rows.push(row(what, ours, set));
    }
    // the server's own, which stands with its name in the `Debug`, unless set
    let batch = |of: EmbeddingClientBuilder| {
        let text = format!("{of:?}");
        let set = text.rsplit("batch: Some(").next().unwrap_or_default();
        match set.split(')').next().map(str::parse::<usize>) {
            Some(Ok(set)) => set.to_string(),
            _ => shown(&of, "batch"),
        }
    };
    let all = |set: fn(EmbeddingClientBuilder) -> EmbeddingClientBuilder| {
        let [openai, gemini, ollama] = [
            OpenAi::embedder("m"),
            Gemini::embedder("m"),
            Ollama::embedder("m"),
        ]
        .map(|of| batch(set(of)));
        format!("{openai}, of Gemini {gemini}, of Ollama {ollama}")
    };
    let (ours, set) = (all(|of| of), all(|of| of.batch(8)));
    rows.push(row("texts of one request for vectors", ours, set));
}

/// The value of a field in the text of a `Debug`.
fn part(text: &str, field: &str) -> String {
    let begin = format!("{field}: ");
    let at = text.find(&begin).map_or(0, |at| at + begin.len());
    let rest = text[at..].split([',', '}']).next().unwrap_or_default();
    rest.trim().to_owned()
}

/// What a retry takes of its budget, of two kinds of failures.
async fn costs() -> String {
    let mut each = Vec::new();
    for kind in [ErrorKind::Server, ErrorKind::RateLimited] {
        let lm = Lm::from_fn(move |_| async move { Err(Error::new(kind, "no")) });
        let budget = RetryBudget::new();
        let retry = Retry::new(lm).base(Duration::ZERO).budget(&budget).lm();
        let before = budget.left();
        retry.complete(ask()).await.expect_err("no");
        each.push(((before - budget.left()) / 2).to_string());
    }
    format!(
        "{} tokens, {} each",
        RetryBudget::new().left(),
        each.join(" or ")
    )
}

async fn retries(rows: &mut Vec<Row>) {
    let lm = || Scripted::new([""]).lm();
    let one = Retry::new(lm());
    let other = Retry::new(lm())
        .retries(3)
        .base(seconds(3))
        .cap(seconds(4))
        .longest_hint(seconds(5))
        .budget(&RetryBudget::of(7))
        .least_left(seconds(6))
        .restart(false);
    let yes: fn(&str) -> String = |debug| debug.replace("true", "yes");
    for (what, field, form) in [
        (
            "retries, where they are asked for",
            "retries",
            str::to_owned as fn(&str) -> String,
        ),
        ("longest wait before the first retry", "base", time),
        ("longest wait before any retry", "cap", time),
        (
            "longest hint of a server that is waited for",
            "longest_hint",
            time,
        ),
        (
            "time left without which no attempt begins",
            "least_left",
            time,
        ),
        ("streams that break begin anew", "restart", yes),
    ] {
        let [ours, set] = pair(&one, &other, field, form);
        rows.push(row(what, ours, set));
    }
    rows.push(row(
        "retries of all calls together",
        costs().await,
        shown(&other, "budget"),
    ));
    let one = Router::new([lm(), lm()]);
    let other = Router::new([lm(), lm()])
        .first_token(seconds(1))
        .whole_reply(seconds(2))
        .longest_wait(seconds(3))
        .cooldown(seconds(4), seconds(9));
    let inside = |debug: &str| time(debug.trim_start_matches("Some(").trim_end_matches(')'));
    for (what, field) in [
        (
            "silence of a stream while another route is open",
            "first_token",
        ),
        ("whole reply while another route is open", "whole_reply"),
        (
            "longest wait for a retry while another route is open",
            "longest_wait",
        ),
    ] {
        rows.push(row(
            what,
            inside(&shown(&one, field)),
            inside(&shown(&other, field)),
        ));
    }
    let code: fn(&str) -> String = |debug| format!("`{debug}`");
    let [ours, set] = pair(&one, &Router::cheapest([lm()]), "order", code);
    rows.push(row("route that is asked first", ours, set));
    let cooldown = |of: &Router| {
        let text = shown(of, "cooldown");
        let [first, longest] = ["first", "longest"].map(|field| time(&part(&text, field)));
        format!("{first} to {longest}")
    };
    rows.push(row(
        "cool-down of a route that failed",
        cooldown(&one),
        cooldown(&other),
    ));
    // a router has the same budget, time left and restarts
    let (retry, router) = (Retry::new(lm()), Router::new([lm(), lm()]));
    for field in ["budget", "least_left", "restart"] {
        assert_eq!(shown(&retry, field), shown(&router, field), "{field}");
    }
}

pub(super) async fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    transport(&mut rows);
    for (what, begun) in [
        ("first sign of a stream", false),
        ("silence between two pieces of a stream", true),
    ] {
        rows.push(row(
            what,
            silence(false, begun).await,
            silence(true, begun).await,
        ));
    }
    retries(&mut rows).await;
    rows
}
