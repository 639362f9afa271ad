//! From a fault to the steps of an answer.
mod stream;
mod whole;

use crate::{
    act::Act,
    answer::{is_complete, pieces},
    api::{Answer, Api, Asked},
    date::http_date,
    fault::Fault,
    http::{head, reply},
    problem::Problem,
    timing::Timing,
};
use std::time::{Duration, SystemTime};
use stream::stream;
use whole::whole;

/// What is known when an answer is chosen.
pub(crate) struct Moment {
    pub(crate) timing: Timing,
    /// Which attempt of this model it is, from 1 on.
    pub(crate) attempt: usize,
    /// Which request of its connection it is, from 1 on.
    pub(crate) on_connection: usize,
    /// Since the wall stands.
    pub(crate) since_start: Duration,
}

/// An answer: what it is in a few words, and how it is given.
pub(crate) struct Script {
    pub(crate) action: String,
    pub(crate) acts: Vec<Act>,
}

impl Script {
    fn new(action: impl Into<String>, acts: Vec<Act>) -> Self {
        Script {
            action: action.into(),
            acts,
        }
    }
}

pub(crate) fn script(fault: Fault, asked: &Asked, moment: &Moment) -> Script {
    let api = asked.api;
    let first = moment.attempt == 1;
    let timing = &moment.timing;
    match fault {
        Fault::NoPrefill if asked.prefill.is_some() => failed(api, Problem::Prefill, &[]),
        Fault::RetryAfter if first => wait_asked(api, &timing.retry_after.as_secs().to_string()),
        Fault::RetryAfterFloat if first => wait_asked(api, "0.7"),
        Fault::RetryAfterDate if first => {
            // A date is in whole seconds: two from now is at least one.
            wait_asked(api, &http_date(SystemTime::now() + Duration::from_secs(2)))
        }
        Fault::RetryAfterNegative if first => wait_asked(api, "-5"),
        Fault::RetryAfterHuge => wait_asked(api, "31536000"),
        Fault::RateLimited => failed(api, Problem::RateLimited, &[]),
        Fault::Quota => failed(api, Problem::Quota, &[]),
        Fault::FailsOnce if first => failed(api, Problem::Failed, &[]),
        Fault::Overloaded | Fault::OverloadedAccounts => failed(api, Problem::Overloaded, &[]),
        Fault::Flap if moment.since_start < timing.outage => failed(api, Problem::Overloaded, &[]),
        Fault::ContextLength => failed(api, Problem::Context, &[]),
        Fault::ContentFilter => failed(api, Problem::Filter, &[]),
        Fault::ResetOnce if first => Script::new("reset", vec![Act::Reset]),
        Fault::Silent => Script::new("silence", vec![Act::Wait(timing.silence), Act::Close]),
        Fault::KeepAliveClose if moment.on_connection > 1 => {
            Script::new("closed on a connection in use", vec![Act::Close])
        }
        Fault::TlsAbort => Script::new("closed", vec![Act::Close]),
        Fault::BadGateway => {
            let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body></html>";
            let reply = reply(502, &[("content-type", "text/html")], page.as_bytes());
            Script::new("502 HTML", vec![Act::Send(reply)])
        }
        Fault::Page => {
            let page = "<!doctype html><title>Sign in</title><p>Please sign in to the network.";
            let reply = reply(200, &[("content-type", "text/html")], page.as_bytes());
            Script::new("200 HTML", vec![Act::Send(reply)])
        }
        Fault::SlowHeaders => {
            let acts = vec![
                Act::Send(b"HTTP/1.1 200 Wall\r\nx-slow: ".to_vec()),
                Act::Drip(b"x".to_vec(), timing.span(1.0), 120),
                Act::Close,
            ];
            Script::new("headers without end", acts)
        }
        _ if asked.stream => stream(fault, asked, moment),
        _ => whole(fault, asked, moment),
    }
}

fn failed(api: Api, problem: Problem, headers: &[(&str, &str)]) -> Script {
    let (body, own) = problem.body(api);
    let status = problem.status(api);
    let mut all = vec![("content-type", "application/json")];
    all.extend(own.iter().map(|(name, value)| (*name, value.as_str())));
    all.extend(headers);
    let reply = reply(status, &all, body.to_string().as_bytes());
    Script::new(format!("{status} {problem:?}"), vec![Act::Send(reply)])
}

fn wait_asked(api: Api, retry_after: &str) -> Script {
    let mut script = failed(api, Problem::RateLimited, &[("retry-after", retry_after)]);
    script.action = format!("429 retry-after {retry_after}");
    script
}

/// The words of an answer. A request that ends with the beginning of the answer gets the rest, as from a server
/// that takes a prefill.
fn answer<'a>(fault: Fault, asked: &'a Asked, moment: &Moment) -> Answer<'a> {
    let text = fault.answer();
    let begun = asked
        .prefill
        .as_deref()
        .map(str::trim)
        .filter(|begun| !begun.is_empty());
    let words = match begun.and_then(|begun| text.strip_prefix(begun)) {
        Some(rest) if !is_complete(rest, "") => pieces(rest),
        _ if fault == Fault::BigEvent => vec![text.into_owned()],
        _ => pieces(&text),
    };
    Answer {
        asked,
        id: format!("wall-{}-{}", fault.model(), moment.attempt),
        words,
        with_finish: !matches!(fault, Fault::NoFinish | Fault::NoEnd),
    }
}

fn interim() -> Vec<u8> {
    [
        head(100, &[]),
        head(103, &[("link", "</style.css>; rel=preload")]),
    ]
    .concat()
}

/// Each byte as a chunk: a reader of bodies gets them one by one, and the network is spared a packet for each.
fn bytes_alone(frame: &[u8]) -> Act {
    let chunks = frame
        .iter()
        .flat_map(|byte| [b'1', b'\r', b'\n', *byte, b'\r', b'\n']);
    Act::Send(chunks.collect())
}
