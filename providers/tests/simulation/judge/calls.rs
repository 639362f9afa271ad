//! What holds of each call: its one end, its time, its answer, and what it is told.
use super::{At, Evidence, Faults, LONGEST_WAIT, Rule, SLACK, Visits};
use crate::{
    caller::{Outcome, Told},
    report::Tally,
    routes::Lane,
    server::{VisitEnd, answer},
};
use sigflow_core::{Attempt, AttemptOutcome, Error, ErrorKind};
use std::collections::BTreeMap;

impl Evidence<'_> {
    pub(super) fn calls(&self, visits: &Visits, tally: &mut Tally, faults: &mut Faults) {
        let mut ends: BTreeMap<u64, u32> = BTreeMap::new();
        for told in self.told {
            *ends.entry(told.call).or_default() += 1;
            let visits = visits.of(told.call);
            self.requests(told, visits, faults);
            self.time(told, faults);
            match &told.outcome {
                Outcome::Lost => {
                    faults.add(Rule::NoneLost, format!("call {} has no end", told.call));
                }
                Outcome::Garbled(how) => {
                    faults.add(Rule::ItsOwnAnswer, format!("call {}: {how}", told.call));
                }
                Outcome::Left => tally.left += 1,
                Outcome::Answered {
                    text,
                    attempts,
                    restarts,
                    is_saved,
                } => {
                    tally.answered += 1;
                    tally.restarts += u64::from(*restarts);
                    self.went(visits, tally);
                    if *is_saved {
                        tally.saved += 1;
                        continue;
                    }
                    Self::own_answer(told, text, visits, faults);
                    self.told_of(told, attempts, visits, faults);
                    self.answering(told, attempts, visits, faults);
                }
                Outcome::Failed(error) => {
                    tally.failed += 1;
                    // answers of a comparison that was to tell the rest of them when the machine slept
                    let slept = self.shape.more.compare.is_some()
                        && told.is_stream
                        && !self.jumped(told.began, told.ended).is_zero();
                    if !slept && visits.iter().any(At::is_answered) {
                        let what = format!(
                            "call {} was answered, and its caller got: {error}",
                            told.call
                        );
                        faults.add(Rule::AnsweredOnce, what);
                    }
                    self.told_of(told, error.attempts(), visits, faults);
                    self.shed(told, error, visits, tally, faults);
                }
            }
        }
        let calls = self.calm_from + self.sampled.calm_calls;
        for call in 0..calls {
            match ends.get(&call) {
                Some(1) => {}
                other => faults.add(
                    Rule::NoneLost,
                    format!("call {call} has {} ends", other.unwrap_or(&0)),
                ),
            }
        }
    }

    /// Where a call went until it was answered.
    fn went(&self, visits: &[At], tally: &mut Tally) {
        let servers: Vec<usize> = (0..self.servers.len()).collect();
        tally.retried += u64::from(At::times(visits, &servers) > 1);
        let elsewhere = visits.iter().any(|at| at.server != visits[0].server);
        tally.elsewhere += u64::from(elsewhere);
    }

    /// How often it was asked and answered, and that none of it goes on.
    fn requests(&self, told: &Told, visits: &[At], faults: &mut Faults) {
        let call = told.call;
        let most = self.shape.retries + 1;
        for server in 0..self.servers.len() {
            let times = At::times(visits, &[server]);
            if times > most {
                let what = format!("call {call} was {times} times at one server, {most} allowed");
                faults.add(Rule::WithinBudget, what);
            }
            let there = visits.iter().filter(|at| at.server == server);
            if there.filter(|at| at.is_answered()).count() > 1 {
                let what = format!("call {call} was answered twice by {}", self.name(server));
                faults.add(Rule::AnsweredOnce, what);
            }
        }
        let answered = visits.iter().filter(|at| at.is_answered());
        let numbers: Vec<u64> = answered.map(|at| at.visit.number).collect();
        if numbers.len() > 1 && self.shape.more.compare.is_none() {
            let what = format!("call {call} was answered by visits {numbers:?}");
            faults.add(Rule::AnsweredOnce, what);
        }
        for at in visits {
            let is_over = |ended| ended <= told.ended + SLACK;
            if !at.visit.ended.is_some_and(is_over) {
                let what = format!(
                    "call {call} is over, and its request {} goes on at {}",
                    at.visit.number,
                    self.name(at.server)
                );
                faults.add(Rule::NothingLeft, what);
            }
        }
    }

    fn time(&self, told: &Told, faults: &mut Faults) {
        let Some(deadline) = told.deadline else {
            return;
        };
        let late = told.ended.saturating_duration_since(deadline);
        if late > SLACK + self.jumped(told.began, told.ended) {
            let what = format!("call {} ended {late:?} after its deadline", told.call);
            faults.add(Rule::Deadlines, what);
        }
    }

    fn own_answer(told: &Told, text: &str, visits: &[At], faults: &mut Faults) {
        let mut answers = visits.iter().filter(|at| at.is_answered());
        let is_own = |at: &At| answer(told.question, at.visit.number) == text;
        if !answers.any(is_own) {
            let what = format!("call {} got `{text}`", told.call);
            faults.add(Rule::ItsOwnAnswer, what);
        }
    }

    /// One attempt answered, of a comparison as many as did; the last one is the call's own answer.
    fn answering(&self, told: &Told, attempts: &[Attempt], visits: &[At], faults: &mut Faults) {
        let is_answer = |attempt: &&Attempt| attempt.outcome == AttemptOutcome::Answered;
        let told_of = attempts.iter().filter(is_answer).count();
        let answered = if self.shape.more.compare.is_some() {
            visits.iter().filter(|at| at.is_answered()).count()
        } else {
            1
        };
        let in_place = attempts.last().is_some_and(|last| is_answer(&last));
        if told_of != answered || !in_place {
            let what = format!("call {} tells of {attempts:?}", told.call);
            faults.add(Rule::WithinBudget, what);
        }
    }

    /// All requests that were made are told of: each by itself, or those of a route that was left together.
    fn told_of(&self, told: &Told, attempts: &[Attempt], visits: &[At], faults: &mut Faults) {
        let is_of = |attempt: &Attempt, server: usize| attempt.route.contains(self.name(server));
        for lane in &self.layers.lanes.each {
            let servers = lane.routes.concat();
            // both of a hedge inside are one attempt where the router left it
            let each = lane
                .routes
                .iter()
                .map(|route| At::times(visits, route) as usize);
            let made: usize = each.sum();
            let named = |attempt: &&Attempt| servers.iter().any(|one| is_of(attempt, *one));
            let of_lane: Vec<&Attempt> = attempts.iter().filter(named).collect();
            if of_lane.len() < made && !of_lane.iter().any(|one| is_left(one, lane)) {
                let what = format!(
                    "call {} was {made} times at {}, and is told of {attempts:?}; it ended after {:?} with {:?} to go, {}",
                    told.call,
                    lane.name,
                    told.ended - told.began,
                    told.deadline
                        .map(|at| at.saturating_duration_since(told.ended)),
                    said(told)
                );
                faults.add(Rule::WithinBudget, what);
            }
        }
        for at in visits {
            let is_left = at.visit.end == VisitEnd::Left;
            let of_it = |attempt: &&Attempt| {
                let is_answer = attempt.outcome == AttemptOutcome::Answered;
                is_of(attempt, at.server) && !(is_left && is_answer)
            };
            if attempts.iter().filter(of_it).count() == 0 {
                let what = format!(
                    "call {} was at {}, which ended {:?}, and is told of {attempts:?}",
                    told.call,
                    self.name(at.server),
                    at.visit.end
                );
                faults.add(Rule::AllAreNamed, what);
            }
        }
    }

    /// Who is sent away is told when to come back, in time.
    fn shed(
        &self,
        told: &Told,
        error: &Error,
        visits: &[At],
        tally: &mut Tally,
        faults: &mut Faults,
    ) {
        let call = told.call;
        tally.shed += u64::from(error.kind() == ErrorKind::PoolTimeout);
        tally.kept_out += u64::from(error.kind() == ErrorKind::CircuitOpen);
        tally.without_money += u64::from(error.kind() == ErrorKind::Budget);
        tally.not_cached += u64::from(error.kind() == ErrorKind::NotCached);
        let for_memory =
            error.kind() == ErrorKind::RateLimited && error.to_string().contains("memory:");
        tally.without_memory += u64::from(for_memory);
        let is_shed = matches!(
            error.kind(),
            ErrorKind::PoolTimeout | ErrorKind::CircuitOpen
        );
        if (is_shed || for_memory) && error.retry_after().is_none() {
            let what = format!("call {call} was not told when to come back: {error}");
            faults.add(Rule::ShedIsTold, what);
        }
        let took = told.ended - told.began;
        let mut longest = LONGEST_WAIT * (self.servers.len() as u32 + 1);
        if self.shape.more.gauge.is_some() {
            // for memory a call waits as for a server that is busy
            longest *= self.shape.retries + 1;
        }
        // one that was tried somewhere first, or waited for an equal one, took that time too
        let waited_only = visits.is_empty() && self.shape.more.cache.is_none();
        if is_shed && waited_only && took > longest + SLACK + self.jumped(told.began, told.ended) {
            let what = format!("call {call} was shed after {took:?}");
            faults.add(Rule::ShedIsTold, what);
        }
    }
}

fn is_left(attempt: &Attempt, lane: &Lane) -> bool {
    attempt.outcome == AttemptOutcome::Left && attempt.route == lane.name
}

fn said(told: &Told) -> String {
    match &told.outcome {
        Outcome::Failed(error) => error.to_string(),
        other => format!("{other:?}"),
    }
}
