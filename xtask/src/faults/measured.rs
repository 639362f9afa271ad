//! What both sides saw of a scenario.
use super::scenario::Scenario;
use sigflow_core::{Attempt, Error, Usage};
use sigflow_testkit::{CANONICAL, Fault, Seen, is_complete};
use std::time::Duration;

/// What the caller got.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Got),
    Error(Error),
    Hang,
    /// The caller went away, as planned.
    Left,
}

/// An answer.
#[derive(Debug, Default)]
pub(crate) struct Got {
    pub(crate) text: String,
    pub(crate) model: String,
    pub(crate) usage: Option<Usage>,
    pub(crate) attempts: Vec<Attempt>,
}

/// What both sides saw.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) outcome: Outcome,
    /// The outcome is an answer, and a whole one. The second route's is always the canonical one.
    pub(crate) is_complete: bool,
    /// Of the call; of a sequence, of all of it.
    pub(crate) elapsed: Duration,
    /// Requests for the model of the first route, and for that of the second.
    pub(crate) primary: Vec<Seen>,
    pub(crate) fallback: Vec<Seen>,
    pub(crate) fallback_model: Option<&'static str>,
    /// Since the wall stands: when the caller went away.
    pub(crate) left_at: Option<Duration>,
    /// Whether a healthy call succeeded afterwards, or what it said.
    pub(crate) alive: Result<(), String>,
    pub(crate) sequence: Option<Sequence>,
}

/// Many calls through an outage.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    pub(crate) hangs: usize,
    pub(crate) calls: usize,
    pub(crate) calls_during_outage: usize,
    pub(crate) served_during_outage: usize,
    pub(crate) primary_during_outage: usize,
    /// From the end of the outage to the first answer of the primary.
    pub(crate) recovered_after: Option<f64>,
}

impl Measured {
    pub(crate) fn new(
        scenario: &Scenario,
        outcome: Outcome,
        seen: Vec<Seen>,
        elapsed: Duration,
    ) -> Self {
        let of = |fault: Fault| {
            seen.iter()
                .filter(move |seen| seen.model == fault.model())
                .cloned()
                .collect()
        };
        let is_whole = |text: &str| {
            is_complete(text, &scenario.fault.answer()) || is_complete(text, CANONICAL)
        };
        Measured {
            is_complete: matches!(&outcome, Outcome::Answer(got) if is_whole(&got.text)),
            outcome,
            elapsed,
            primary: of(scenario.fault),
            fallback: scenario.fallback.map(of).unwrap_or_default(),
            fallback_model: scenario.fallback.map(Fault::model),
            left_at: None,
            alive: Ok(()),
            sequence: None,
        }
    }

    pub(crate) fn is_answer(&self) -> bool {
        matches!(self.outcome, Outcome::Answer(_))
    }
    pub(crate) fn attempts(&self) -> &[Attempt] {
        match &self.outcome {
            Outcome::Answer(got) => &got.attempts,
            Outcome::Error(error) => error.attempts(),
            Outcome::Hang | Outcome::Left => &[],
        }
    }
    /// Requests that the second route refused because they ended with the assistant's words.
    pub(crate) fn prefill_rejections(&self) -> usize {
        self.fallback
            .iter()
            .filter(|seen| seen.action.contains("Prefill"))
            .count()
    }
}
