//! What holds of each server: its limits, its breaker, and how often it is asked in vain.
use super::{At, Evidence, Faults, Rule, Visits};
use crate::{caller::Outcome, report::Tally, server::VisitEnd};
use sigflow_core::ErrorKind;
use sigflow_providers::breaker::BreakerState;
use std::sync::atomic::Ordering::Relaxed;

impl Evidence<'_> {
    pub(super) fn servers(&self, visits: &Visits, tally: &mut Tally, faults: &mut Faults) {
        for server in self.servers {
            let seen = server.seen();
            let name = &server.shape.name;
            tally.visits += seen.visits.len() as u64;
            let is_known = server.shape.limit.as_ref().map(|limit| limit.is_known);
            if is_known == Some(false) {
                tally.refused += seen.refused;
            } else if seen.refused > 0 {
                let what = format!("{name} refused {} requests", seen.refused);
                faults.add(Rule::LimitsAtServer, what);
            }
            if seen.too_soon > 0 {
                let what = format!(
                    "{} requests came to {name} while it had told to stay away",
                    seen.too_soon
                );
                faults.add(Rule::LimitsAtServer, what);
            }
        }
        let open = visits
            .each()
            .filter(|at| at.visit.end == VisitEnd::UnderWay);
        let open = open.count();
        if open > 0 {
            faults.add(Rule::NothingLeft, format!("{open} requests are still open"));
        }
        if let Some(queue) = &self.shape.queue {
            let most = self.sampled.world.most_open.load(Relaxed);
            if most > queue.most as usize {
                let what = format!(
                    "{most} calls were at servers at once, {} may be",
                    queue.most
                );
                faults.add(Rule::Bounded, what);
            }
        }
    }

    /// Retries of calls that had no answer take from a budget of 500, at least 5 each; only answers give back. Each
    /// lane has one.
    pub(super) fn budgets(&self, visits: &Visits, faults: &mut Faults) {
        for lane in &self.layers.lanes.each {
            let servers = lane.routes.concat();
            let (mut answers, mut retries) = (0, 0);
            for (_, visits) in visits.calls() {
                let there = |at: &&At| servers.contains(&at.server);
                if visits.iter().filter(there).any(At::is_answered) {
                    answers += 1;
                    continue;
                }
                let each = lane.routes.iter().map(|route| At::times(visits, route));
                retries += each.map(|times| times.saturating_sub(1)).sum::<u32>();
            }
            if retries * 5 > 500 + answers {
                let what = format!(
                    "{retries} retries in vain beside {answers} answers of {}",
                    lane.name
                );
                faults.add(Rule::WithinBudget, what);
            }
        }
    }

    pub(super) fn breakers(&self, tally: &mut Tally, faults: &mut Faults) {
        let calm = self.told.iter().filter(|told| told.call >= self.calm_from);
        for told in calm {
            let Outcome::Failed(error) = &told.outcome else {
                continue;
            };
            // what is spent is spent; whether it is has a rule of its own
            let has_no_money = error.kind() == ErrorKind::Budget && self.layers.money.is_some();
            // a comparison waits no longer than it is to, however slow all are
            let is_slow = error.kind() == ErrorKind::Timeout && self.shape.more.compare.is_some();
            if has_no_money || is_slow {
                continue;
            }
            let what = format!("nothing failed any more, and call {}: {error}", told.call);
            faults.add(Rule::BreakerRecovers, what);
        }
        if !self.shape.has_breaker {
            return;
        }
        faults.all(Rule::BreakerOpens, self.heard.faults.clone());
        let breaker = &self.layers.breaker;
        let changes = breaker.transitions();
        for change in &changes {
            tally.opened += u64::from(change.to == BreakerState::Open);
            tally.closed += u64::from(change.to == BreakerState::Closed);
        }
        let lanes = &self.layers.lanes.each;
        for route in lanes.iter().flat_map(|lane| &lane.routes) {
            let names: Vec<&str> = route.iter().map(|server| self.name(*server)).collect();
            let name = names.join(", ");
            let seen = self.servers[route[0]].seen();
            // a request that was left for a faster one says nothing of its route
            let since = seen
                .visits
                .iter()
                .filter(|visit| visit.at >= self.calm_at && visit.end == VisitEnd::Answered);
            let state = breaker.state(&name);
            if since.count() >= 4 && state != Some(BreakerState::Closed) {
                let what = format!("{name} answers again, and its breaker is {state:?}");
                faults.add(Rule::BreakerRecovers, what);
            }
        }
        if changes.len() > 200 {
            let what = format!("{} changes of breakers are kept", changes.len());
            faults.add(Rule::Bounded, what);
        }
    }
}
