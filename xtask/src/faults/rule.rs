//! The rules: each looks at what both sides saw, and says whether it is kept.
use super::measured::{Measured, Outcome};
use sigflow_core::{Error, ErrorKind};
use std::{fmt, time::Duration};

/// A check, and how much it weighs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) check: Check,
    pub(crate) weight: Weight,
    /// Says nothing of a system that has one route only.
    pub(crate) needs_fallback: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Broken, the scenario failed.
    Required,
    /// Broken, a rescue is partial.
    Advisory,
    /// Only told.
    Informational,
}

pub(crate) const fn required(check: Check) -> Rule {
    Rule {
        check,
        weight: Weight::Required,
        needs_fallback: false,
    }
}
pub(crate) const fn advisory(check: Check) -> Rule {
    Rule {
        check,
        weight: Weight::Advisory,
        needs_fallback: false,
    }
}
pub(crate) const fn informational(check: Check) -> Rule {
    Rule {
        check,
        weight: Weight::Informational,
        needs_fallback: false,
    }
}
impl Rule {
    pub(crate) const fn with_fallback(self) -> Rule {
        Rule {
            needs_fallback: true,
            ..self
        }
    }
}

/// What is looked at. The first block is the catalogue's, with its meanings; the second is ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Check {
    NoHang,
    Complete,
    NoTruncatedSuccess,
    PrimaryMin(usize),
    PrimaryMax(usize),
    PrimaryIs(usize),
    /// Between the first two attempts, in seconds of the clock: what a header asks for is never scaled.
    FirstGapMin(f64),
    /// Attempts in the first seconds of the clock.
    MaxWithin(f64, usize),
    /// In seconds of the catalogue.
    WallMax(f64),
    AliveAfter,
    FallbackUsed,
    ReportsFallback,
    UsagePresent,
    NoPrefillMasking,
    SequenceNoHang,
    SequenceServed,
    /// In seconds of the catalogue.
    SequenceRecovered(f64),
    SequenceProbes,

    /// The first route answered.
    FallbackUnused,
    /// The attempts in the result are those that the servers saw.
    AttemptsAgree,
    ErrorIs(ErrorKind),
    /// The error says this somewhere.
    ErrorSays(&'static str),
    /// The error has what had come of the reply.
    ErrorHasPartial,
    /// The error says how long the server wants to be left alone.
    ErrorHasHint,
    /// The server saw within so many seconds of the clock that the caller went away.
    LeftWithin(f64),
    /// In seconds of the clock.
    ClockMax(f64),
}

/// How a rule came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Yes,
    No(String),
    NotApplicable,
}

impl Check {
    /// `factor`: by what the catalogue's seconds are divided.
    pub(crate) fn judge(self, seen: &Measured, factor: f64) -> Kept {
        let primary = seen.primary.len();
        let says = |kept: bool, why: String| if kept { Kept::Yes } else { Kept::No(why) };
        let counted = |kept: bool| says(kept, format!("{primary} attempts on the primary"));
        let sequence = seen.sequence.as_ref();
        match self {
            Check::NoHang => says(!matches!(seen.outcome, Outcome::Hang), "hang".to_owned()),
            Check::Complete => says(seen.is_complete, "no complete answer".to_owned()),
            Check::NoTruncatedSuccess => says(
                !seen.is_answer() || seen.is_complete,
                "truncated answer as success".to_owned(),
            ),
            Check::PrimaryMin(least) => counted(primary >= least),
            Check::PrimaryMax(most) => counted(primary <= most),
            Check::PrimaryIs(count) => counted(primary == count),
            Check::FirstGapMin(least) => match seen.primary.as_slice() {
                [first, second, ..] => {
                    let gap = second.at.saturating_sub(first.at).as_secs_f64();
                    says(gap >= least, format!("second attempt after {gap:.2} s"))
                }
                _ => Kept::No("no second attempt".to_owned()),
            },
            Check::MaxWithin(window, most) => {
                let first = seen.primary.first().map_or(Duration::ZERO, |seen| seen.at);
                let early = |at: Duration| at.saturating_sub(first).as_secs_f64() < window;
                let count = seen.primary.iter().filter(|seen| early(seen.at)).count();
                says(count <= most, format!("{count} attempts within {window} s"))
            }
            Check::WallMax(most) => wall(seen, most / factor),
            Check::ClockMax(most) => wall(seen, most),
            Check::AliveAfter => match &seen.alive {
                Ok(()) => Kept::Yes,
                Err(why) => Kept::No(format!("a healthy call failed afterwards: {why}")),
            },
            Check::FallbackUsed => says(
                !seen.fallback.is_empty(),
                "the fallback was not asked".to_owned(),
            ),
            Check::FallbackUnused => says(
                seen.fallback.is_empty(),
                "the fallback was asked".to_owned(),
            ),
            Check::ReportsFallback => match (&seen.outcome, seen.fallback_model) {
                _ if seen.fallback.is_empty() => Kept::NotApplicable,
                (Outcome::Answer(got), Some(model)) => says(
                    got.model.contains(model),
                    format!("the model is said to be `{}`", got.model),
                ),
                _ => Kept::No("no answer".to_owned()),
            },
            Check::UsagePresent => match &seen.outcome {
                Outcome::Answer(got) => says(got.usage.is_some(), "no usage".to_owned()),
                _ => Kept::No("no answer".to_owned()),
            },
            Check::NoPrefillMasking => {
                let masked =
                    matches!(seen.outcome, Outcome::Error(_)) && seen.prefill_rejections() > 0;
                says(
                    !masked,
                    "the refusal of a prefill hides the failure".to_owned(),
                )
            }
            Check::SequenceNoHang => {
                let hangs = sequence.map_or(0, |sequence| sequence.hangs);
                says(hangs == 0, format!("{hangs} calls hung"))
            }
            Check::SequenceServed => {
                let of = |sequence: &super::measured::Sequence| {
                    (sequence.served_during_outage, sequence.calls_during_outage)
                };
                let (served, calls) = sequence.map_or((0, 0), of);
                says(
                    calls > 0 && served == calls,
                    format!("{served} of {calls} served in the outage"),
                )
            }
            Check::SequenceRecovered(most) => {
                match sequence.and_then(|sequence| sequence.recovered_after) {
                    Some(after) => says(
                        after <= most / factor,
                        format!("primary used again after {after:.1} s"),
                    ),
                    None => Kept::No("primary never used again".to_owned()),
                }
            }
            Check::SequenceProbes => {
                let of = |sequence: &super::measured::Sequence| {
                    (sequence.primary_during_outage, sequence.calls_during_outage)
                };
                let (attempts, calls) = sequence.map_or((0, 0), of);
                says(
                    attempts <= calls,
                    format!("{attempts} attempts of {calls} calls in the outage"),
                )
            }
            Check::AttemptsAgree => {
                let (told, saw) = (seen.attempts().len(), primary + seen.fallback.len());
                says(told == saw, format!("{told} attempts told, {saw} seen"))
            }
            Check::ErrorIs(kind) => error(
                seen,
                |error| error.kind() == kind,
                |error| format!("{:?}", error.kind()),
            ),
            Check::ErrorSays(words) => error(
                seen,
                |error| format!("{error:?}").contains(words),
                ToString::to_string,
            ),
            Check::ErrorHasPartial => error(
                seen,
                |error| {
                    error
                        .raw_reply()
                        .is_some_and(|text| text.contains("A gateway earns trust"))
                },
                |error| format!("it keeps {:?}", error.raw_reply()),
            ),
            Check::ErrorHasHint => error(
                seen,
                |error| error.retry_after().is_some(),
                |_| "no hint".to_owned(),
            ),
            Check::LeftWithin(most) => {
                let left = seen.primary.last().and_then(|seen| seen.left);
                match (seen.left_at, left) {
                    (Some(at), Some(saw)) => {
                        let after = saw.saturating_sub(at).as_secs_f64();
                        says(after <= most, format!("seen after {after:.3} s"))
                    }
                    _ => Kept::No("the server never saw the caller go".to_owned()),
                }
            }
        }
    }
}

/// Whether it took at most so many seconds of the clock.
fn wall(seen: &Measured, most: f64) -> Kept {
    let took = seen.elapsed.as_secs_f64();
    match seen.outcome {
        Outcome::Hang => Kept::No("hang".to_owned()),
        _ if took <= most => Kept::Yes,
        _ => Kept::No(format!("took {took:.2} s of {most:.2}")),
    }
}

/// Of an outcome that is an error.
fn error(seen: &Measured, kept: impl Fn(&Error) -> bool, why: impl Fn(&Error) -> String) -> Kept {
    match &seen.outcome {
        Outcome::Error(error) if kept(error) => Kept::Yes,
        Outcome::Error(error) => Kept::No(why(error)),
        _ => Kept::No("no error".to_owned()),
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
