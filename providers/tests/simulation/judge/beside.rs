//! What holds where several routes are asked beside each other.
use super::{At, Evidence, Faults, Rule, SLACK, Visits};
use crate::{
    caller::{Outcome, Told},
    report::Tally,
    server::{VisitEnd, answer},
    shape::Picks,
};
use tokio::time::Instant;

impl Evidence<'_> {
    pub(super) fn hedges(&self, visits: &Visits, tally: &mut Tally, faults: &mut Faults) {
        let (Some(hedged), Some(shape)) = (&self.layers.lanes.hedge, &self.shape.more.hedge) else {
            return;
        };
        let (calls, seconds) = (hedged.entries.all(), hedged.seconds.all());
        tally.hedged += seconds;
        tally.hedges_won += hedged.hedge.won();
        if seconds as f64 > calls as f64 * shape.share + 1e-6 {
            let what = format!(
                "{seconds} of {calls} calls were hedged, {} of each may be",
                shape.share
            );
            faults.add(Rule::HedgeShare, what);
        }
        if hedged.hedge.made() != seconds {
            let made = hedged.hedge.made();
            let what = format!("{seconds} hedges came by, {made} are counted");
            faults.add(Rule::HedgeShare, what);
        }
        for told in self.told {
            let visits = visits.of(told.call);
            let (first, second): (Vec<&At>, Vec<&At>) = visits
                .iter()
                .partition(|at| hedged.first.contains(&at.server));
            if !second.is_empty() && hedged.seconds.of(told.call) == 0 {
                // a route beside the hedge is no hedge
                let asked = second
                    .iter()
                    .filter(|at| hedged.second.contains(&at.server));
                if asked.count() > 0 {
                    let what = format!("call {} is no hedge, and was at its second", told.call);
                    faults.add(Rule::HedgeShare, what);
                }
            }
            for (some, others) in [(&first, &second), (&second, &first)] {
                let mut decided = some.iter().filter_map(|at| decided(told, at));
                if decided.any(|when| self.goes_on(others, when, shape.is_inside)) {
                    let what = format!(
                        "call {} had its answer of one route, and the other went on",
                        told.call
                    );
                    faults.add(Rule::LosersLeft, what);
                }
            }
        }
    }

    /// Whether the other route was asked on, or asked at all, when one had spoken.
    fn goes_on(&self, others: &[&At], when: Instant, is_inside: bool) -> bool {
        let hedge = self.layers.lanes.hedge.as_ref();
        let is_hedge = |at: &&&At| {
            hedge.is_some_and(|hedge| {
                hedge.first.contains(&at.server) || hedge.second.contains(&at.server)
            })
        };
        others.iter().filter(is_hedge).any(|at| {
            if at.visit.at > when {
                // retries around a hedge may make another
                return !is_inside;
            }
            at.visit.ended.is_none_or(|ended| ended > when + SLACK)
        })
    }

    pub(super) fn comparisons(&self, visits: &Visits, tally: &mut Tally, faults: &mut Faults) {
        let Some(shape) = &self.shape.more.compare else {
            return;
        };
        let lanes = &self.layers.lanes;
        for (call, times) in lanes.entries.each() {
            for lane in &lanes.each {
                let asked = lane.entries.of(call);
                if asked != times {
                    let what = format!("call {call} asked {} {asked} times", lane.name);
                    faults.add(Rule::EachAskedOnce, what);
                }
            }
        }
        for told in self.told {
            let Outcome::Answered {
                text,
                is_saved: false,
                ..
            } = &told.outcome
            else {
                continue;
            };
            tally.compared += 1;
            let visits = visits.of(told.call);
            let late = visits.iter().filter(|at| at.visit.end == VisitEnd::Left);
            tally.late += late.count() as u64;
            let answers = visits.iter().filter(|at| at.is_answered());
            let picked = match shape.picks {
                Picks::Given => answers.min_by_key(|at| at.server),
                Picks::Fastest => answers.min_by_key(|at| (at.visit.ended, at.server)),
                Picks::Shortest => answers.min_by_key(|at| (at.visit.words, at.server)),
            };
            let own = picked.map(|at| answer(told.question, at.visit.number));
            if own.as_ref() != Some(text) {
                let what = format!(
                    "call {} got `{text}` and not {own:?}, which is {:?}",
                    told.call, shape.picks
                );
                faults.add(Rule::Picked, what);
            }
        }
    }
}

/// When a request decided for its route: a stream by its first word, a whole reply by its end.
fn decided(told: &Told, at: &At) -> Option<Instant> {
    if told.is_stream {
        at.visit.spoke
    } else {
        at.visit.ended.filter(|_| at.is_answered())
    }
}
