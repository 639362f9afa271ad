//! What a scenario is: a fault, a call through it, and the rules by which both sides are judged.
use super::rule::Rule;
use sigflow_testkit::{Api, Fault};
use std::fmt;

/// One row of the wall.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// The catalogue's name, or ours.
    pub(crate) id: &'static str,
    pub(crate) api: Api,
    pub(crate) mode: Mode,
    pub(crate) fault: Fault,
    /// The model of the second route, if there is one.
    pub(crate) fallback: Option<Fault>,
    /// The primary is behind TLS.
    pub(crate) tls: bool,
    pub(crate) ideal: Ideal,
    pub(crate) play: Play,
    /// In seconds of the catalogue: a call that takes longer hangs.
    pub(crate) max_wall_s: f64,
    pub(crate) rules: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    Stream,
    Whole,
}

/// What the caller shall get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ideal {
    Answer,
    /// A clean error.
    Error,
    /// The caller goes away, and all stops.
    Left,
}

/// How the client is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Play {
    Once,
    /// Once before, which does not count: connections are open.
    Warm,
    /// With a deadline of the caller's, in seconds of the catalogue.
    Deadline(f64),
    /// The same in seconds of the clock, beside a header that is in such seconds too.
    ClockDeadline(f64),
    /// The caller goes away after so many words.
    LeaveAfterWords(usize),
    /// The caller goes away after so many seconds of the clock.
    LeaveAfter(f64),
    /// Many calls, one every few seconds of the catalogue, each bounded.
    Sequence {
        count: u32,
        every_s: f64,
        max_wall_s: f64,
    },
}

impl Scenario {
    /// A call of OpenAI's chat completions with a healthy second route.
    pub(crate) fn new(id: &'static str, mode: Mode, fault: Fault, rules: Vec<Rule>) -> Self {
        Scenario {
            id,
            api: Api::Chat,
            mode,
            fault,
            fallback: Some(Fault::Healthy),
            tls: false,
            ideal: Ideal::Answer,
            play: Play::Once,
            max_wall_s: 45.0,
            rules,
        }
    }
    pub(crate) fn max_wall(self, seconds: f64) -> Self {
        Scenario {
            max_wall_s: seconds,
            ..self
        }
    }
    pub(crate) fn fallback(self, fallback: Option<Fault>) -> Self {
        Scenario { fallback, ..self }
    }
    pub(crate) fn ideal(self, ideal: Ideal) -> Self {
        Scenario { ideal, ..self }
    }
    pub(crate) fn play(self, play: Play) -> Self {
        Scenario { play, ..self }
    }
    pub(crate) fn api(self, api: Api) -> Self {
        Scenario { api, ..self }
    }
    pub(crate) fn tls(self) -> Self {
        Scenario { tls: true, ..self }
    }
    /// By what its times are divided, when those of most are by `factor`. Where a bound is near to what must be
    /// waited for, or much is to be done, a loaded machine would be measured and not the client.
    pub(crate) fn factor(&self, factor: f64) -> f64 {
        match self.fault {
            _ if self.group() == Group::Busy => 1.0,
            Fault::Stall
            | Fault::SlowFirstToken
            | Fault::PingsOnly
            | Fault::NoTerminal
            | Fault::OpenAfterEnd => factor.min(2.0),
            _ => factor,
        }
    }
    /// When it runs, so that none disturbs another.
    pub(crate) fn group(&self) -> Group {
        let waits = matches!(
            self.fault,
            Fault::Silent
                | Fault::Stall
                | Fault::SlowProgress
                | Fault::SlowHeaders
                | Fault::Flap
                | Fault::SlowFirstToken
                | Fault::PingsOnly
        );
        match self.fault {
            _ if self.ideal == Ideal::Left => Group::Quiet,
            Fault::BigEvent | Fault::ByteByByte | Fault::TlsAbort => Group::Busy,
            _ if waits && !matches!(self.play, Play::Deadline(_)) => Group::Waiting,
            _ => Group::Usual,
        }
    }
}

/// When a scenario runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Mostly waits: beside all others, from the start.
    Waiting,
    /// Keeps the machine busy: before the usual ones.
    Busy,
    Usual,
    /// Measures hundredths of a second: when the usual ones are done.
    Quiet,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Mode::Stream => "stream",
            Mode::Whole => "whole",
        })
    }
}
