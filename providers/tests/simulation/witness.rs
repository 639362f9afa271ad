//! A gate behind the breaker's: whether it opens, and whether it holds.
use sigflow_core::{ErrorKind, Phase};
use sigflow_providers::{
    breaker::{Breaker, BreakerState},
    route::{Admission, Ended, Gate, Ticket},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

pub(crate) struct Witness {
    pub(crate) breaker: Breaker,
    pub(crate) seen: Mutex<Heard>,
}

#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Failures in a row, by route.
    streaks: BTreeMap<String, u32>,
    pub(crate) admitted: u64,
    pub(crate) ended: u64,
    pub(crate) retries: u64,
    /// What was let through while the breaker was open, or did not open it.
    pub(crate) faults: Vec<String>,
}

impl Witness {
    /// How often the breaker changed, for a route.
    fn changes(&self, route: &str) -> u64 {
        let all = self.breaker.transitions();
        all.iter().filter(|change| change.route == route).count() as u64
    }
}

/// As many failures in a row open a breaker.
pub(crate) const IN_A_ROW: u32 = 5;

impl Gate for Witness {
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        let mut heard = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        heard.admitted += 1;
        heard.retries += u64::from(ticket.retry > 0);
        if self.breaker.state(ticket.route) == Some(BreakerState::Open) {
            let fault = format!("{} was asked while its breaker is open", ticket.route);
            heard.faults.push(fault);
        }
        ticket.keep(self.changes(ticket.route));
        Admission::Go
    }

    fn ended(&self, ticket: &Ticket<'_>, ended: &Ended<'_>) {
        let mut heard = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        heard.ended += 1;
        let is_closed = !matches!(
            self.breaker.state(ticket.route),
            Some(BreakerState::Open | BreakerState::HalfOpen)
        );
        let failed = match ended {
            // what began before the breaker's last change is no news of the route as it is now
            _ if ticket.kept() != self.changes(ticket.route) => None,
            Ended::Answered { .. } => Some(false),
            Ended::Failed { error, .. } => match error.kind() {
                ErrorKind::Server | ErrorKind::Transport | ErrorKind::IncompleteStream => {
                    Some(true)
                }
                ErrorKind::Timeout => (error.phase() != Some(Phase::Deadline)).then_some(true),
                _ => None,
            },
            _ => None,
        };
        let streak = heard.streaks.entry(ticket.route.to_owned()).or_default();
        *streak = match failed {
            _ if !is_closed => 0,
            Some(true) => *streak + 1,
            Some(false) => 0,
            None => *streak,
        };
        if *streak >= IN_A_ROW {
            let fault = format!(
                "{} failed {streak} times in a row, and its breaker is closed",
                ticket.route
            );
            heard.faults.push(fault);
        }
    }
}
