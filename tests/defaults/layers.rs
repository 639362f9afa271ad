//! Transport, retries and routes, limits, breakers, money.
use super::{Row, ask, count, row, shown, time};
use sigflow::{
    Breaker, Compare, Concurrency, Error, ErrorKind, Hedge, Limit, Limiter, Lm, OpenAi, Prices,
    Retry, RetryBudget, Router, Spending, Usage, compare::Select, middleware::SetHeader,
    testing::Scripted,
};
use std::time::Duration;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a figure of two clients says.
fn pair<T: std::fmt::Debug>(
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

fn limits(rows: &mut Vec<Row>) {
    let one = Limit::new();
    let other = Limit::new()
        .burst(seconds(1))
        .wait(seconds(2))
        .most_waiting(3)
        .reply(4);
    let left = |limit: &Limit| match Limiter::new(limit.clone()).left() {
        left if left.requests.is_none() && left.tokens.is_none() => {
            "what the server tells".to_owned()
        }
        left => format!("{left:?}"),
    };
    rows.push(row(
        "requests and tokens a minute",
        left(&one),
        left(&Limit::new().requests(600).tokens(6_000)),
    ));
    for (what, field, form) in [
        ("burst of a limit", "burst", time as fn(&str) -> String),
        ("wait for a limit", "wait", time),
        ("calls that wait for a limit", "most_waiting", count),
        (
            "tokens reserved for a reply without a longest length",
            "reply",
            count,
        ),
    ] {
        let [ours, set] = pair(&one, &other, field, form);
        rows.push(row(what, ours, set));
    }
    let one = Concurrency::new();
    let other = Concurrency::new()
        .start(30)
        .between(2, 400)
        .most_waiting(5)
        .wait(seconds(6));
    for (what, field, form) in [
        (
            "places of a queue at the beginning",
            "start",
            count as fn(&str) -> String,
        ),
        ("calls that wait in a queue", "most_waiting", count),
        ("wait in a queue", "wait", time),
    ] {
        let [ours, set] = pair(&one, &other, field, form);
        rows.push(row(what, ours, set));
    }
    let between = |of: &Concurrency| format!("{} to {}", shown(of, "least"), shown(of, "most"));
    rows.push(row("places of a queue", between(&one), between(&other)));
}

fn breakers(rows: &mut Vec<Row>) {
    let one = Breaker::new();
    let other = Breaker::new()
        .in_a_row(6)
        .share(0.25, 20, seconds(30))
        .open_for(seconds(1), seconds(2))
        .probes(4);
    let as_is: fn(&str) -> String = str::to_owned;
    for (what, field) in [
        ("failures in a row that open a breaker", "in_a_row"),
        ("answers that close a breaker", "probes"),
    ] {
        let [ours, set] = pair(&one, &other, field, as_is);
        rows.push(row(what, ours, set));
    }
    let share = |of: &Breaker| {
        let [share, least] = ["share", "of_at_least"].map(|field| shown(of, field));
        format!("{share} of {least} in {}", time(&shown(of, "within")))
    };
    let open = |of: &Breaker| {
        let text = shown(of, "open_for");
        let times = text.trim_matches(['(', ')']).split(", ").map(time);
        times.collect::<Vec<_>>().join(" to ")
    };
    rows.push(row(
        "share of failures that opens a breaker",
        share(&one),
        share(&other),
    ));
    rows.push(row("a breaker stays open", open(&one), open(&other)));
}

async fn money(rows: &mut Vec<Row>) {
    let lm = || Scripted::new([""]).lm();
    let one = Hedge::new(lm(), lm());
    let other = Hedge::new(lm(), lm()).share(0.5).at_least(seconds(1));
    for (what, field, form) in [
        (
            "calls that may be hedged",
            "share",
            str::to_owned as fn(&str) -> String,
        ),
        ("shortest silence that is hedged", "at_least", time),
    ] {
        let [ours, set] = pair(&one, &other, field, form);
        rows.push(row(what, ours, set));
    }
    let one = Compare::new([lm()]);
    let other = Compare::new([lm()])
        .wait(seconds(1))
        .select(Select::Majority);
    let code: fn(&str) -> String = |debug| format!("`{debug}`");
    for (what, field, form) in [
        (
            "answers of a comparison are waited for",
            "wait",
            time as fn(&str) -> String,
        ),
        ("answer that a comparison takes", "select", code),
    ] {
        let [ours, set] = pair(&one, &other, field, form);
        rows.push(row(what, ours, set));
    }
    let spending = || Spending::new(&Prices::new());
    let none: fn(&str) -> String = |debug| debug.replace("None", "no bound");
    let other = spending().dollars(1.0).tokens(2);
    for (what, field) in [
        ("money", "dollars"),
        ("tokens, over all models of a bound", "tokens"),
    ] {
        let [ours, set] = pair(&spending(), &other, field, none);
        rows.push(row(what, ours, set));
    }
    let price = Prices::new().cost("a-model-of-nobody", &Usage::new(1, 1));
    assert_eq!(price, None);
    let mut made = Vec::new();
    for spending in [spending(), spending().refuse_unpriced()] {
        let lm = spending.around_as(&lm(), "a-model-of-nobody");
        made.push(match lm.complete(ask()).await {
            Ok(_) => "are made".to_owned(),
            Err(error) => error.to_string(),
        });
    }
    rows.push(row("calls without a known price", &made[0], &made[1]));
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
    limits(&mut rows);
    breakers(&mut rows);
    money(&mut rows).await;
    rows
}
