//! Settings that users make, by the names of their fields: each has its row on the page.
use super::{Given, PAGE, shown, tables};
use sigflow::{
    Breaker, CacheBounds, Compare, Concurrency, Hedge, Limit, OpenAi, Prices, ResponseCache, Retry,
    RetryRule, Router, Spending,
    memory::MemoryGauge,
    telemetry::{Exporter, Telemetry},
    testing::Scripted,
};
use sigflow_providers::journal::Journal;
use std::fmt::Debug;

/// The names of the fields in a value's `Debug`, those inside of fields apart.
fn fields(of: &impl Debug) -> Vec<String> {
    let text = format!("{of:?}");
    let inside = text.split_once('{').map_or("", |(_, inside)| inside);
    let (mut depth, mut top) = (0_i32, String::new());
    for c in inside.chars() {
        let opens = matches!(c, '{' | '(' | '[');
        depth += i32::from(opens) - i32::from(matches!(c, '}' | ')' | ']'));
        if depth == 0 && !opens {
            top.push(c);
        }
    }
    let names = top.split(',').filter_map(|field| field.split_once(':'));
    names.map(|(name, _)| name.trim().to_owned()).collect()
}

/// Fields with the row of the page that has their figure. Of what stands in brackets there is no figure: what users give
/// (models, names, rules), and what was counted.
const ROWS: &[(&str, &[(&str, &str)])] = &[
    (
        "limit",
        &[
            ("a_minute", "requests and tokens a minute"),
            ("burst", "burst of a limit"),
            ("wait", "wait for a limit"),
            ("most_waiting", "calls that wait for a limit"),
            ("most_waiting_bytes", "bytes of calls that wait for a limit"),
            (
                "reply",
                "tokens reserved for a reply without a longest length",
            ),
        ],
    ),
    (
        "queue",
        &[
            ("start", "places of a queue at the beginning"),
            ("least", "places of a queue"),
            ("most", "places of a queue"),
            ("most_waiting", "calls that wait in a queue"),
            ("most_waiting_bytes", "bytes of calls that wait in a queue"),
            ("wait", "wait in a queue"),
            ("standing", "wait in a line that stands"),
            ("name", "(name)"),
        ],
    ),
    (
        "retry",
        &[
            ("lm", "(model)"),
            ("rule", "(below)"),
            ("budget", "retries of all calls together"),
            ("least_left", "time left without which no attempt begins"),
            ("restart", "streams that break begin anew"),
        ],
    ),
    (
        "rule of retries",
        &[
            ("retries", "retries, where they are asked for"),
            ("base", "longest wait before the first retry"),
            ("cap", "longest wait before any retry"),
            (
                "longest_hint",
                "longest hint of a server that is waited for",
            ),
            ("verdicts", "(rules)"),
        ],
    ),
    (
        "breaker",
        &[
            ("in_a_row", "failures in a row that open a breaker"),
            ("share", "share of failures that opens a breaker"),
            ("of_at_least", "share of failures that opens a breaker"),
            ("within", "share of failures that opens a breaker"),
            ("open_for", "a breaker stays open"),
            ("probes", "answers that close a breaker"),
            ("routes", "(counted)"),
        ],
    ),
    (
        "hedge",
        &[
            ("first", "(model)"),
            ("second", "(model)"),
            ("share", "calls that may be hedged"),
            ("at_least", "shortest silence that is hedged"),
            ("cost_cap", "cost of a hedge"),
            ("made", "(counted)"),
            ("won", "(counted)"),
        ],
    ),
    (
        "comparison",
        &[
            ("routes", "(models)"),
            ("select", "answer that a comparison takes"),
            ("wait", "answers of a comparison are waited for"),
        ],
    ),
    (
        "router",
        &[
            ("order", "route that is asked first"),
            ("routes", "(models)"),
            ("retry", "(above)"),
            ("budget", "retries of all calls together"),
            (
                "first_token",
                "silence of a stream while another route is open",
            ),
            ("whole_reply", "whole reply while another route is open"),
            (
                "longest_wait",
                "longest wait for a retry while another route is open",
            ),
            ("least_left", "time left without which no attempt begins"),
            ("cooldown", "cool-down of a route that failed"),
            ("restart", "streams that break begin anew"),
        ],
    ),
    (
        "bound of money",
        &[
            ("dollars", "money"),
            ("tokens", "tokens, over all models of a bound"),
            ("spent", "(counted)"),
        ],
    ),
    (
        "bounds of a cache",
        &[
            ("entries", "entries of a cache of signatures"),
            ("bytes", "bytes of a cache of signatures"),
            ("eviction", "the entry that goes first"),
            ("ttl", "entries expire"),
            ("sweep", "expired entries are looked for every"),
        ],
    ),
    (
        "cache of responses",
        &[
            ("bounds", "(above)"),
            ("has_disk", "file"),
            ("durability", "what a response in a file survives"),
            ("disk", "responses in a file"),
        ],
    ),
    (
        "journal",
        &[
            ("durability", "what an entry of a journal survives"),
            ("patience", "wait for the file of a journal"),
            ("queue", "bytes that wait to be written"),
            (
                "most_waiting_reads",
                "reads that wait for the file of a journal",
            ),
        ],
    ),
    (
        "telemetry",
        &[
            ("memory_limit", "bytes of aggregates"),
            ("rules", "(rules)"),
            ("has_price", "(rules)"),
            ("aggregate_every", "aggregates are made every"),
            ("export_every", "aggregates are exported every"),
            ("alerts_every", "alert rules are looked at every"),
        ],
    ),
    (
        "exporter",
        &[
            ("endpoint", "(name)"),
            ("traces", "(name)"),
            ("metrics", "(name)"),
            ("headers", "(names)"),
            ("resource", "(names)"),
            ("timeout", "time of an export (feature `otel`)"),
            (
                "queue_limit",
                "bytes of spans on their way out (feature `otel`)",
            ),
            (
                "openinference",
                "spans in the words of Phoenix and Arize too (feature `otel`)",
            ),
            ("problem", "(name)"),
        ],
    ),
    (
        "gauge of memory",
        &[
            ("limit", "bytes of all buffers"),
            (
                "retry_after",
                "calls that memory has no room for come back after",
            ),
            ("level", "(counted)"),
            ("components", "(counted)"),
        ],
    ),
    (
        "times of a client",
        &[
            ("connect", "connecting"),
            ("first_token", "first sign of a stream"),
            ("idle", "silence between two pieces of a stream"),
            ("total", "whole reply; a stream without progress"),
            ("place", "wait for a place among them"),
        ],
    ),
    (
        "numbers of a client",
        &[
            ("calls", "calls under way at the same time"),
            ("idle", "idle connections for each host"),
            ("redirects", "redirects that are followed, without a key"),
        ],
    ),
    (
        "client of vectors",
        &[
            ("connection", "(above)"),
            ("kind", "(name)"),
            ("dimensions", "(rules)"),
            ("batch", "texts of one request for vectors"),
        ],
    ),
];

/// A new setting is a new row: who adds one finds this test.
#[test]
fn each_setting_has_its_row() {
    let lm = || Scripted::new([""]).lm();
    let client = OpenAi::builder("m");
    let ours = [
        fields(&Limit::new()),
        fields(&Concurrency::new()),
        fields(&Retry::new(lm())),
        fields(&RetryRule::new()),
        fields(&Breaker::new()),
        fields(&Hedge::new(lm(), lm())),
        fields(&Compare::new([lm()])),
        fields(&Router::new([lm()])),
        fields(&Spending::new(&Prices::new())),
        fields(&CacheBounds::default()),
        fields(&ResponseCache::builder()),
        fields(&Journal::builder()),
        fields(&Telemetry::builder()),
        fields(&Exporter::builder("http://127.0.0.1:4318")),
        fields(&MemoryGauge::new(1 << 20)),
        fields(&Given(shown(&client, "timeouts"))),
        fields(&Given(shown(&client, "traffic"))),
        fields(&OpenAi::embedder("m")),
    ];
    assert_eq!(ours.len(), ROWS.len());
    let page = tables(PAGE);
    let mut wrong = Vec::new();
    for (ours, (of, rows)) in ours.iter().zip(ROWS) {
        for field in ours {
            if !rows.iter().any(|(known, _)| known == field) {
                wrong.push(format!("`{field}` of a {of}: give the page a row for it"));
            }
        }
        for (field, row) in *rows {
            if !ours.iter().any(|ours| ours == field) {
                wrong.push(format!("a {of} has no `{field}` any more"));
            }
            if !row.starts_with('(') && !page.iter().any(|cells| cells[0] == *row) {
                wrong.push(format!("the page has no row `{row}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
