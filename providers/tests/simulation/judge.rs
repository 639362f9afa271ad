//! The rules: what must hold of every run.
use crate::{
    caller::{Outcome, Told},
    report::{Fault, Tally},
    run::Sampled,
    server::{Server, VisitEnd, answer},
    shape::Shape,
    witness::Heard,
};
use sigflow_core::{AttemptOutcome, ErrorKind};
use sigflow_providers::breaker::{Breaker, BreakerState};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    NoneLost,
    AnsweredOnce,
    ItsOwnAnswer,
    WithinBudget,
    LimitsAtServer,
    Deadlines,
    ShedIsTold,
    BreakerOpens,
    BreakerRecovers,
    Bounded,
    NothingLeft,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// All that a run left behind.
pub(crate) struct Evidence<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) told: &'a [Told],
    pub(crate) servers: &'a [Arc<Server>],
    pub(crate) breaker: &'a Breaker,
    pub(crate) heard: &'a Heard,
    /// When the clock jumped, and by how much.
    pub(crate) jumps: &'a [(Instant, Duration)],
    pub(crate) sampled: &'a Sampled,
    /// Calls from this number on were made when nothing failed any more.
    pub(crate) calm_from: u64,
    pub(crate) calm_at: Instant,
}

/// A timer rings on the next millisecond.
const SLACK: Duration = Duration::from_millis(10);
/// No call waits longer for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a call did at the servers.
#[derive(Default)]
struct Visited {
    /// How often, by server.
    times: BTreeMap<usize, u32>,
    answered: Vec<u64>,
}

impl Evidence<'_> {
    pub(crate) fn faults(&self, tally: &mut Tally) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut add = |rule, what: String| faults.push(Fault { rule, what });
        let mut visited: BTreeMap<u64, Visited> = BTreeMap::new();
        for (index, server) in self.servers.iter().enumerate() {
            for visit in &server.seen().visits {
                let of_call = visited.entry(visit.call).or_default();
                *of_call.times.entry(index).or_default() += 1;
                if visit.end == VisitEnd::Answered {
                    of_call.answered.push(visit.number);
                }
            }
        }
        self.calls(&visited, tally, &mut add);
        self.servers(tally, &mut add);
        Self::budget(&visited, &mut add);
        self.breakers(tally, &mut add);
        for what in &self.sampled.faults {
            add(Rule::Bounded, what.clone());
        }
        for what in &self.sampled.left {
            add(Rule::NothingLeft, what.clone());
        }
        faults
    }

    fn calls(
        &self,
        visited: &BTreeMap<u64, Visited>,
        tally: &mut Tally,
        add: &mut impl FnMut(Rule, String),
    ) {
        let mut ends: BTreeMap<u64, u32> = BTreeMap::new();
        let nothing = Visited::default();
        for told in self.told {
            let call = told.call;
            *ends.entry(call).or_default() += 1;
            let visits = visited.get(&call).unwrap_or(&nothing);
            let times: u32 = visits.times.values().sum();
            let each = visits.times.values().max().copied().unwrap_or(0);
            if each > self.shape.retries + 1 {
                let most = self.shape.retries + 1;
                add(
                    Rule::WithinBudget,
                    format!("call {call} was {each} times at one server, {most} are allowed"),
                );
            }
            if visits.answered.len() > 1 {
                let numbers = &visits.answered;
                add(
                    Rule::AnsweredOnce,
                    format!("call {call} was answered by visits {numbers:?}"),
                );
            }
            if let Some(deadline) = told.deadline {
                let late = told.ended.saturating_duration_since(deadline);
                let jumped = self.jumped(told.began, told.ended);
                if late > SLACK + jumped {
                    add(
                        Rule::Deadlines,
                        format!("call {call} ended {late:?} after its deadline"),
                    );
                }
            }
            match &told.outcome {
                Outcome::Lost => add(Rule::NoneLost, format!("call {call} has no end")),
                Outcome::Garbled(how) => add(Rule::ItsOwnAnswer, format!("call {call}: {how}")),
                Outcome::Left => tally.left += 1,
                Outcome::Answered {
                    text,
                    attempts,
                    restarts,
                } => {
                    tally.answered += 1;
                    tally.restarts += u64::from(*restarts);
                    tally.retried += u64::from(each > 1);
                    tally.elsewhere += u64::from(visits.times.len() > 1);
                    let own = visits.answered.last().map(|visit| answer(call, *visit));
                    if own.as_ref() != Some(text) {
                        add(
                            Rule::ItsOwnAnswer,
                            format!("call {call} got `{text}` and not {own:?}"),
                        );
                    }
                    let answering = attempts
                        .iter()
                        .filter(|attempt| attempt.outcome == AttemptOutcome::Answered);
                    let is_last = attempts
                        .last()
                        .is_some_and(|last| last.outcome == AttemptOutcome::Answered);
                    if answering.count() != 1 || !is_last || attempts.len() < times as usize {
                        add(
                            Rule::WithinBudget,
                            format!(
                                "call {call} was {times} times at servers, and tells of {attempts:?}"
                            ),
                        );
                    }
                }
                Outcome::Failed(error) => {
                    tally.failed += 1;
                    if !visits.answered.is_empty() {
                        add(
                            Rule::AnsweredOnce,
                            format!("call {call} was answered, and its caller got: {error}"),
                        );
                    }
                    if error.attempts().len() < times as usize {
                        add(
                            Rule::WithinBudget,
                            format!(
                                "call {call} was {times} times at servers, and its error tells of {}, after {:?} with deadline {:?}: {error}",
                                error.attempts().len(),
                                told.ended - told.began,
                                told.deadline.map(|at| at - told.began)
                            ),
                        );
                    }
                    let is_shed = matches!(
                        error.kind(),
                        ErrorKind::PoolTimeout | ErrorKind::CircuitOpen
                    );
                    tally.shed += u64::from(error.kind() == ErrorKind::PoolTimeout);
                    tally.kept_out += u64::from(error.kind() == ErrorKind::CircuitOpen);
                    if is_shed && error.retry_after().is_none() {
                        add(
                            Rule::ShedIsTold,
                            format!("call {call} was not told when to come back: {error}"),
                        );
                    }
                    let took = told.ended - told.began;
                    let longest = LONGEST_WAIT * (self.servers.len() as u32 + 1);
                    if is_shed && took > longest + SLACK + self.jumped(told.began, told.ended) {
                        // one that was tried somewhere first took that time too
                        if times == 0 {
                            add(
                                Rule::ShedIsTold,
                                format!("call {call} was shed after {took:?}"),
                            );
                        }
                    }
                }
            }
        }
        let calls = self.calm_from + self.sampled.calm_calls;
        for call in 0..calls {
            match ends.get(&call) {
                Some(1) => {}
                other => add(
                    Rule::NoneLost,
                    format!("call {call} has {} ends", other.unwrap_or(&0)),
                ),
            }
        }
    }

    fn servers(&self, tally: &mut Tally, add: &mut impl FnMut(Rule, String)) {
        for server in self.servers {
            let seen = server.seen();
            tally.visits += seen.visits.len() as u64;
            let is_known = server.shape.limit.as_ref().map(|limit| limit.is_known);
            if is_known == Some(false) {
                tally.refused += seen.refused;
            } else if seen.refused > 0 {
                add(
                    Rule::LimitsAtServer,
                    format!("{} refused {} requests", server.shape.name, seen.refused),
                );
            }
            if seen.too_soon > 0 {
                add(
                    Rule::LimitsAtServer,
                    format!(
                        "{} requests came to {} while it had told to stay away",
                        seen.too_soon, server.shape.name
                    ),
                );
            }
            let open = seen
                .visits
                .iter()
                .filter(|visit| visit.end == VisitEnd::UnderWay)
                .count();
            if open > 0 {
                add(
                    Rule::NothingLeft,
                    format!("{open} requests are still open at {}", server.shape.name),
                );
            }
        }
        if let Some(queue) = &self.shape.queue {
            let most = self.sampled.world.most_open.load(Relaxed);
            if most > queue.most as usize {
                add(
                    Rule::Bounded,
                    format!("{most} requests were open at once, {} may be", queue.most),
                );
            }
        }
    }

    /// Retries of calls that had no answer take from a budget of 500, at least 5 each; only answers give back.
    fn budget(visited: &BTreeMap<u64, Visited>, add: &mut impl FnMut(Rule, String)) {
        let answers: usize = visited.values().map(|call| call.answered.len()).sum();
        let in_vain = visited.values().filter(|call| call.answered.is_empty());
        let retries: u32 = in_vain
            .flat_map(|call| call.times.values())
            .map(|times| times - 1)
            .sum();
        if u64::from(retries) * 5 > 500 + answers as u64 {
            add(
                Rule::WithinBudget,
                format!("{retries} retries in vain beside {answers} answers"),
            );
        }
    }

    fn breakers(&self, tally: &mut Tally, add: &mut impl FnMut(Rule, String)) {
        for told in self.told.iter().filter(|told| told.call >= self.calm_from) {
            if let Outcome::Failed(error) = &told.outcome {
                add(
                    Rule::BreakerRecovers,
                    format!("nothing failed any more, and call {}: {error}", told.call),
                );
            }
        }
        if !self.shape.has_breaker {
            return;
        }
        for what in &self.heard.faults {
            add(Rule::BreakerOpens, what.clone());
        }
        let changes = self.breaker.transitions();
        for change in &changes {
            tally.opened += u64::from(change.to == BreakerState::Open);
            tally.closed += u64::from(change.to == BreakerState::Closed);
        }
        for server in self.servers {
            let name = &server.shape.name;
            let seen = server.seen();
            let since = seen.visits.iter().filter(|visit| visit.at >= self.calm_at);
            let state = self.breaker.state(name);
            if since.count() >= 4 && state != Some(BreakerState::Closed) {
                add(
                    Rule::BreakerRecovers,
                    format!("{name} answers again, and its breaker is {state:?}"),
                );
            }
        }
        if changes.len() > 200 {
            add(
                Rule::Bounded,
                format!("{} changes of breakers are kept", changes.len()),
            );
        }
    }

    /// By how much the clock jumped in a time.
    fn jumped(&self, from: Instant, to: Instant) -> Duration {
        let within = self
            .jumps
            .iter()
            .filter(|(at, by)| *at <= to && *at + *by >= from);
        within.map(|(_, by)| *by).sum()
    }
}
