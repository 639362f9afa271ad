//! What holds of replies that are kept: who is asked, what is served, and to whom failures go.
use super::{At, Evidence, Faults, Rule, SLACK, Visits};
use crate::{
    caller::{Outcome, Told},
    report::Tally,
    server::answered,
    shape::CacheShape,
};
use sigflow_core::{CachePolicy, ErrorKind};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// A call that asked servers.
struct Ask<'a> {
    told: &'a Told,
    from: Instant,
    to: Instant,
}

impl Evidence<'_> {
    pub(super) fn kept(&self, visits: &Visits, tally: &mut Tally, faults: &mut Faults) {
        let (Some(cache), Some(shape)) = (&self.layers.cache, &self.shape.more.cache) else {
            return;
        };
        let stats = cache.stats(0);
        tally.waited += stats.waited;
        tally.evicted += stats.evictions;
        let mut questions: BTreeMap<u64, Vec<Ask<'_>>> = BTreeMap::new();
        for told in self.told {
            let visits = visits.of(told.call);
            let from = visits.iter().map(|at| at.visit.at).min();
            let to = visits.iter().filter_map(|at| at.visit.ended).max();
            if let (Some(from), Some(to)) = (from, to) {
                let asks = questions.entry(told.question).or_default();
                asks.push(Ask { told, from, to });
            }
        }
        let mut again = Vec::new();
        for asks in questions.values_mut() {
            asks.sort_by_key(|ask| (ask.from, ask.told.call));
            Self::at_once(asks, faults);
            again.append(&mut asked_again(asks));
        }
        if again.len() as u64 > stats.evictions {
            let what = format!(
                "calls asked what others before them had kept, {again:?}, and {} replies were let go",
                stats.evictions
            );
            faults.add(Rule::EqualsAskedOnce, what);
        }
        let by_number: BTreeMap<u64, &At> = visits.each().map(|at| (at.visit.number, at)).collect();
        let calls: BTreeMap<u64, &Told> = self.told.iter().map(|told| (told.call, told)).collect();
        for told in self.told {
            let asked = !visits.of(told.call).is_empty();
            match &told.outcome {
                Outcome::Answered {
                    text,
                    is_saved: true,
                    ..
                } => {
                    if asked {
                        let what = format!(
                            "call {} asked, and was answered out of the cache",
                            told.call
                        );
                        faults.add(Rule::EqualsAskedOnce, what);
                    }
                    let at = answered(text).and_then(|(question, number)| {
                        (question == told.question).then(|| by_number.get(&number).copied())?
                    });
                    match at.filter(|at| at.is_answered()) {
                        Some(at) => {
                            let maker = calls[&at.visit.call];
                            self.served(shape, told, at, maker, faults);
                        }
                        None => {
                            let what = format!("call {} was served `{text}`", told.call);
                            faults.add(Rule::ItsOwnAnswer, what);
                        }
                    }
                }
                Outcome::Failed(error)
                    if error.kind() == ErrorKind::NotCached && told.cache != CachePolicy::Only =>
                {
                    let what = format!("call {} may ask: {error}", told.call);
                    faults.add(Rule::AsCallsSay, what);
                }
                Outcome::Failed(_) => self.another_failed(told, tally, faults),
                _ => {}
            }
            if asked && told.cache == CachePolicy::Only {
                let what = format!("call {} was to ask nobody, and did", told.call);
                faults.add(Rule::AsCallsSay, what);
            }
        }
    }

    /// Of calls that ask the same, one is at servers.
    fn at_once(asks: &[Ask<'_>], faults: &mut Faults) {
        let mut last: Option<&Ask<'_>> = None;
        for ask in asks.iter().filter(|ask| ask.told.cache == CachePolicy::Use) {
            if let Some(last) = last.filter(|last| ask.from < last.to) {
                let what = format!(
                    "calls {} and {} asked the same at once",
                    last.told.call, ask.told.call
                );
                faults.add(Rule::EqualsAskedOnce, what);
            }
            let is_later = last.is_none_or(|last| ask.to > last.to);
            last = if is_later { Some(ask) } else { last };
        }
    }

    /// A reply of the cache: made in time, by one who let it be kept, for one who takes it.
    fn served(&self, shape: &CacheShape, told: &Told, at: &At, maker: &Told, faults: &mut Faults) {
        let Some(made) = at.visit.ended.filter(|made| *made <= told.ended) else {
            let what = format!("call {} was served what was not there yet", told.call);
            return faults.add(Rule::ItsOwnAnswer, what);
        };
        if matches!(told.cache, CachePolicy::Bypass | CachePolicy::Refresh) {
            let what = format!("call {} wanted nothing of the cache", told.call);
            faults.add(Rule::AsCallsSay, what);
        }
        if maker.cache == CachePolicy::Bypass {
            let what = format!("call {} wanted nothing to be kept", maker.call);
            faults.add(Rule::AsCallsSay, what);
        }
        // a comparison waits for the others, and then its reply is made
        let made = match &self.shape.more.compare {
            Some(_) => maker.ended,
            None => made,
        };
        let age = told.began.saturating_duration_since(made);
        if shape.ttl.is_some_and(|ttl| age >= ttl) {
            let what = format!(
                "call {} was served a reply that is {age:?} old, of {:?}",
                told.call, shape.ttl
            );
            faults.add(Rule::NotStale, what);
        }
    }

    /// A call that failed and has asked nobody waited for one that did, and that had as much time.
    fn another_failed(&self, told: &Told, tally: &mut Tally, faults: &mut Faults) {
        let Outcome::Failed(error) = &told.outcome else {
            return;
        };
        let asks = &self.layers.asks;
        // others come from layers around the cache too
        let is_from_inside = matches!(
            error.kind(),
            ErrorKind::Server
                | ErrorKind::Transport
                | ErrorKind::IncompleteStream
                | ErrorKind::BadRequest
                | ErrorKind::RateLimited
                | ErrorKind::CircuitOpen
        );
        if asks.of(told.call) > 0 || !is_from_inside {
            return;
        }
        tally.failed_with_another += 1;
        let is_like = |other: &&Told| {
            let is_same =
                matches!(&other.outcome, Outcome::Failed(failed) if failed.kind() == error.kind());
            let at_once = other.ended <= told.ended && told.ended <= other.ended + SLACK;
            let is_other = other.call != told.call && other.question == told.question;
            is_same && at_once && is_other && asks.of(other.call) > 0
        };
        let others: Vec<&Told> = self.told.iter().filter(is_like).collect();
        if others.is_empty() {
            let what = format!(
                "call {} asked nobody, nobody failed, and: {error}",
                told.call
            );
            return faults.add(Rule::ErrorsAreNotKept, what);
        }
        let had_less = |other: &&Told| match (other.deadline, told.deadline) {
            (Some(_), None) => true,
            (Some(other), Some(own)) => other < own,
            (None, _) => false,
        };
        if error.is_retryable() && others.iter().all(had_less) {
            let what = format!(
                "call {} heard the error of one that had less time: {error}",
                told.call
            );
            faults.add(Rule::OnesOwnTime, what);
        }
    }
}

/// Calls that asked while an answer was kept, as far as callers know: each came after another had it. That one, and it.
fn asked_again(asks: &[Ask<'_>]) -> Vec<(u64, u64)> {
    let mut again = Vec::new();
    let mut kept: Option<(Instant, u64)> = None;
    let mut ends: Vec<(Instant, bool, &Ask<'_>)> = Vec::new();
    for ask in asks {
        ends.push((ask.told.began, false, ask));
        ends.push((ask.told.ended, true, ask));
    }
    ends.sort_by_key(|(at, is_end, ask)| (*at, *is_end, ask.told.call));
    for (at, is_end, ask) in ends {
        let is_use = ask.told.cache == CachePolicy::Use;
        if !is_end
            && is_use
            && let Some((_, maker)) = kept.take_if(|(since, _)| *since < at)
        {
            again.push((maker, ask.told.call));
        }
        let has_answer = matches!(
            ask.told.outcome,
            Outcome::Answered {
                is_saved: false,
                ..
            }
        );
        if is_end && has_answer && ask.told.cache != CachePolicy::Bypass {
            kept = Some((at, ask.told.call));
        }
    }
    again
}
