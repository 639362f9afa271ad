//! Limits, queues, breakers, hedges and bounds of money.
use super::{
    Row, ask, bytes, count,
    layers::{pair, seconds},
    row, shown, time,
};
use sigflow::{
    Breaker, Compare, Concurrency, Hedge, Limit, Limiter, Lm, Price, Prices, Response, Spending,
    Usage, compare::Select, testing::Scripted,
};

pub(super) async fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    limits(&mut rows);
    breakers(&mut rows);
    money(&mut rows).await;
    rows
}

fn limits(rows: &mut Vec<Row>) {
    let one = Limit::new();
    let other = Limit::new()
        .burst(seconds(1))
        .wait(seconds(2))
        .most_waiting(3)
        .most_waiting_bytes(1 << 20)
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
            "bytes of calls that wait for a limit",
            "most_waiting_bytes",
            bytes,
        ),
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
        .most_waiting_bytes(1 << 20)
        .standing(seconds(2))
        .wait(seconds(6));
    let half: fn(&str) -> String = |debug| debug.replace("None", "half of the wait in a queue");
    for (what, field, form) in [
        (
            "places of a queue at the beginning",
            "start",
            count as fn(&str) -> String,
        ),
        ("calls that wait in a queue", "most_waiting", count),
        (
            "bytes of calls that wait in a queue",
            "most_waiting_bytes",
            bytes,
        ),
        ("wait in a queue", "wait", time),
        ("wait in a line that stands", "standing", half),
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
    let other = Hedge::new(lm(), lm())
        .share(0.5)
        .at_least(seconds(1))
        .cost_cap(0.01, &Prices::new());
    let none: fn(&str) -> String = |debug| debug.replace("None", "no bound");
    for (what, field, form) in [
        (
            "calls that may be hedged",
            "share",
            str::to_owned as fn(&str) -> String,
        ),
        ("shortest silence that is hedged", "at_least", time),
        ("cost of a hedge", "cost_cap", none),
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
    let known = Prices::new().set("mine", Price::new(1.0, 1.0).longest_reply(100));
    rows.push(row(
        "tokens reserved under a bound for a reply of a model that nobody knows",
        count(&reserved(&Prices::new()).await.to_string()),
        count(&reserved(&known).await.to_string()),
    ));
}

/// What a bound of tokens sets aside for a reply: how much more it must be than for a reply of one token.
async fn reserved(prices: &Prices) -> u64 {
    let goes = async |bound: u64, lm: &Lm| {
        let spending = Spending::new(prices).tokens(bound);
        spending.around_as(lm, "mine").complete(ask()).await.is_ok()
    };
    let lm = Lm::from_fn(|_| async { Ok(Response::text("yes")) });
    let mut least = Vec::new();
    for lm in [&lm, &lm.clone().max_tokens(1)] {
        let (mut refused, mut enough) = (0, 1 << 20);
        while refused + 1 < enough {
            let bound = u64::midpoint(refused, enough);
            if goes(bound, lm).await {
                enough = bound;
            } else {
                refused = bound;
            }
        }
        least.push(enough);
    }
    least[0] - least[1] + 1
}
