//! Answers in pieces.
use super::{Moment, Script, answer, bytes_alone, interim};
use crate::{
    act::Act,
    api::{Api, Asked, Frames},
    checksum::gzip,
    fault::Fault,
    http::{LAST_CHUNK, chunk, head},
    problem::Problem,
    timing::Timing,
};
use std::time::Duration;

pub(super) fn stream(fault: Fault, asked: &Asked, moment: &Moment) -> Script {
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

/// The frame with other ends of lines.
fn lines(frame: &[u8], end: &[u8]) -> Vec<u8> {
    frame
        .split(|byte| *byte == b'\n')
        .collect::<Vec<_>>()
        .join(end)
}
