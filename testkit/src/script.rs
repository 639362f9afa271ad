//! From a fault to the steps of an answer.
use crate::{
    act::Act,
    answer::{is_complete, pieces},
    api::{Answer, Api, Asked, Frames},
    checksum::gzip,
    date::http_date,
    fault::Fault,
    http::{LAST_CHUNK, chunk, head, reply},
    problem::Problem,
    timing::Timing,
};
use std::time::{Duration, SystemTime};

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

fn whole(fault: Fault, asked: &Asked, moment: &Moment) -> Script {
    let timing = &moment.timing;
    let body = asked.api.whole(&answer(fault, asked, moment));
    let json = ("content-type", "application/json");
    let length = body.len().to_string();
    let promised = head(200, &[json, ("content-length", &length)]);
    let part = |share: usize| [&promised[..], &body[..body.len() * share / 10]].concat();
    let all = |headers: &[(&str, &str)], body: &[u8]| vec![Act::Send(reply(200, headers, body))];
    match fault {
        Fault::SlowFirstToken => {
            let acts = vec![Act::Wait(timing.slow_first_token), Act::Send(part(10))];
            Script::new("200 late", acts)
        }
        Fault::Cut | Fault::CutNoPrefill => {
            Script::new("200 cut", vec![Act::Send(part(6)), Act::Close])
        }
        Fault::Stall => {
            let acts = vec![Act::Send(part(0)), Act::Wait(timing.stall), Act::Close];
            Script::new("200 headers, then silence", acts)
        }
        Fault::Malformed => {
            let broken = [&body[..body.len() / 2], b"\"oops"].concat();
            Script::new("200 broken JSON", all(&[json], &broken))
        }
        Fault::ErrorFirst | Fault::ErrorLate => {
            let (body, _) = Problem::Overloaded.body(asked.api);
            Script::new(
                "200 with an error in it",
                all(&[json], body.to_string().as_bytes()),
            )
        }
        Fault::Empty => Script::new("200 empty", all(&[json], b"")),
        Fault::ByteByByte => {
            let mut acts = vec![Act::Send(head(
                200,
                &[json, ("transfer-encoding", "chunked")],
            ))];
            acts.extend(body.chunks(64).map(bytes_alone));
            acts.push(Act::Send(LAST_CHUNK.to_vec()));
            Script::new("200 byte by byte", acts)
        }
        Fault::Bom => {
            let marked = [b"\xef\xbb\xbf", &body[..]].concat();
            Script::new("200 with a mark", all(&[json], &marked))
        }
        Fault::Gzip => {
            let headers = [json, ("content-encoding", "gzip")];
            Script::new("200 gzip", all(&headers, &gzip(&body)))
        }
        Fault::MidJson => {
            let mut acts = vec![Act::Send(head(
                200,
                &[json, ("transfer-encoding", "chunked")],
            ))];
            acts.extend([chunk(&body[..body.len() / 2]), Act::Close]);
            Script::new("200 cut in its JSON", acts)
        }
        Fault::Interim => {
            let acts = vec![Act::Send([&interim(), &part(10)[..]].concat())];
            Script::new("100, 103, 200", acts)
        }
        Fault::SlowProgress => {
            let mut acts = vec![Act::Send(part(0))];
            for piece in body.chunks(body.len().div_ceil(60)) {
                acts.extend([
                    Act::Send(piece.to_vec()),
                    Act::Wait(timing.between_slow_words),
                ]);
            }
            Script::new("200 slowly", acts)
        }
        _ => Script::new("200", vec![Act::Send(part(10))]),
    }
}

fn interim() -> Vec<u8> {
    [
        head(100, &[]),
        head(103, &[("link", "</style.css>; rel=preload")]),
    ]
    .concat()
}

fn stream(fault: Fault, asked: &Asked, moment: &Moment) -> Script {
    let (api, timing) = (asked.api, &moment.timing);
    let answer = answer(fault, asked, moment);
    let frames = api.frames(&answer);
    let mut flow = Flow::new(fault, api, timing);
    let (cut, stall) = (timing.cut_after, timing.stall_after);
    if fault == Fault::Interim {
        flow.acts.insert(0, Act::Send(interim()));
    }
    match fault {
        Fault::SlowFirstToken => flow.acts.push(Act::Wait(timing.slow_first_token)),
        Fault::PingsOnly => {
            let Act::Send(ping) = chunk(&api.ping()) else {
                unreachable!("a chunk is sent")
            };
            flow.acts
                .extend([Act::Drip(ping, timing.span(1.0), 120), Act::Close]);
            return Script::new("200 pings", flow.acts);
        }
        Fault::ErrorFirst => {
            flow.frames([api.problem_frame(Problem::Overloaded)]);
            return flow.end("200 error first");
        }
        Fault::Empty => return flow.end("200 empty stream"),
        _ => {}
    }
    let Frames {
        opening,
        words,
        finish,
        usage,
        terminal,
    } = frames;
    flow.frames(opening);
    match fault {
        Fault::Cut | Fault::CutNoPrefill => {
            flow.words(words.into_iter().take(cut));
            flow.acts.push(Act::Close);
            return Script::new(format!("200 stream cut after {cut}"), flow.acts);
        }
        Fault::Stall => {
            flow.words(words.into_iter().take(stall));
            flow.acts.extend([Act::Wait(timing.stall), Act::Close]);
            return Script::new(format!("200 stream silent after {stall}"), flow.acts);
        }
        Fault::ErrorLate => {
            flow.words(words.into_iter().take(cut));
            flow.frames([api.problem_frame(Problem::Overloaded)]);
            return flow.end(format!("200 error after {cut}"));
        }
        Fault::MidJson => {
            let mut words = words.into_iter();
            flow.words(words.by_ref().take(cut));
            if let Some(word) = words.next() {
                flow.frames([word[..word.len() / 2].to_vec()]);
            }
            flow.acts.push(Act::Close);
            return Script::new("200 cut in an event", flow.acts);
        }
        Fault::Malformed => {
            let mut words = words.into_iter();
            flow.words(words.by_ref().take(timing.malformed_at));
            flow.frames([api.malformed()]);
            flow.words(words);
        }
        Fault::NoEnd => {
            flow.words(words);
            return flow.end("200 without an end");
        }
        _ => flow.words(words),
    }
    match fault {
        Fault::NoTerminal => {
            flow.frames(finish.into_iter().chain(usage));
            return flow.end("200 without the last event");
        }
        Fault::UsageLate => {
            flow.frames(finish.into_iter().chain(terminal).chain(usage));
            return flow.end("200 usage after the end");
        }
        Fault::TerminalTwice => {
            flow.frames(finish.clone().into_iter().chain(usage));
            flow.frames(terminal.clone().into_iter().chain(finish).chain(terminal));
            return flow.end("200 two ends");
        }
        _ => flow.frames(finish.into_iter().chain(usage).chain(terminal)),
    }
    if fault == Fault::OpenAfterEnd {
        flow.acts.extend([Act::Wait(timing.silence), Act::Close]);
        return Script::new("200 and open", flow.acts);
    }
    flow.end("200 stream")
}

/// A streamed answer that is being put together.
struct Flow {
    fault: Fault,
    acts: Vec<Act>,
    between: Duration,
}

impl Flow {
    fn new(fault: Fault, api: Api, timing: &Timing) -> Self {
        let mut headers = vec![
            ("content-type", api.stream_type()),
            ("transfer-encoding", "chunked"),
        ];
        if fault == Fault::Gzip {
            headers.push(("content-encoding", "gzip"));
        }
        let mut acts = vec![Act::Send(head(200, &headers))];
        if fault == Fault::Bom {
            acts.push(chunk(b"\xef\xbb\xbf"));
        }
        let between = match fault {
            Fault::SlowProgress => timing.between_slow_words,
            _ => timing.between_words,
        };
        Flow {
            fault,
            acts,
            between,
        }
    }

    fn frames(&mut self, frames: impl IntoIterator<Item = Vec<u8>>) {
        for frame in frames {
            match self.fault {
                Fault::ByteByByte => self.acts.push(bytes_alone(&frame)),
                Fault::CrLf => self.acts.push(chunk(&lines(&frame, b"\r\n"))),
                Fault::Cr => self.acts.push(chunk(&lines(&frame, b"\r"))),
                _ => self.acts.push(chunk(&frame)),
            }
        }
    }

    fn words(&mut self, words: impl IntoIterator<Item = Vec<u8>>) {
        for word in words {
            self.frames([word]);
            if self.fault != Fault::ByteByByte {
                self.acts.push(Act::Wait(self.between));
            }
        }
    }

    fn end(mut self, action: impl Into<String>) -> Script {
        if self.fault == Fault::Gzip {
            self.pack();
        }
        self.acts.push(Act::Send(LAST_CHUNK.to_vec()));
        Script::new(action, self.acts)
    }

    /// All chunks as one, compressed.
    fn pack(&mut self) {
        let mut body = Vec::new();
        for act in self.acts.drain(1..) {
            if let Act::Send(chunk) = act {
                let start = chunk
                    .windows(2)
                    .position(|two| two == b"\r\n")
                    .map_or(0, |at| at + 2);
                body.extend(&chunk[start..chunk.len() - 2]);
            }
        }
        self.acts.push(chunk(&gzip(&body)));
    }
}

/// Each byte as a chunk: a reader of bodies gets them one by one, and the network is spared a packet for each.
fn bytes_alone(frame: &[u8]) -> Act {
    let chunks = frame
        .iter()
        .flat_map(|byte| [b'1', b'\r', b'\n', *byte, b'\r', b'\n']);
    Act::Send(chunks.collect())
}

/// The frame with other ends of lines.
fn lines(frame: &[u8], end: &[u8]) -> Vec<u8> {
    frame
        .split(|byte| *byte == b'\n')
        .collect::<Vec<_>>()
        .join(end)
}
