//! What came of a seed.
use crate::judge::Rule;
use std::fmt::Write as _;

/// A rule that did not hold.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) rule: Rule,
    pub(crate) what: String,
}

/// What came of a seed.
pub(crate) struct Report {
    pub(crate) shape: String,
    pub(crate) seed: u64,
    pub(crate) calls: u64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) tally: Tally,
    /// Of all ends and their times.
    pub(crate) digest: u64,
}

impl Report {
    /// Panics with what did not hold, and how to see it again.
    pub(crate) fn judge(&self) {
        if self.faults.is_empty() {
            return;
        }
        let mut said = format!(
            "seed {} broke {} rules; run it again with\n    SIGFLOW_SEED={} SIGFLOW_CALLS={} cargo test -p sigflow-providers --test simulation seeds\n",
            self.seed,
            self.faults.len(),
            self.seed,
            self.calls
        );
        for fault in self.faults.iter().take(20) {
            let _ = writeln!(said, "  {}: {}", fault.rule, fault.what);
        }
        panic!("{said}{}", self.shape);
    }
}

/// How often what happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    pub(crate) left: u64,
    pub(crate) visits: u64,
    pub(crate) retried: u64,
    pub(crate) elsewhere: u64,
    pub(crate) restarts: u64,
    pub(crate) shed: u64,
    pub(crate) kept_out: u64,
    pub(crate) refused: u64,
    pub(crate) opened: u64,
    pub(crate) closed: u64,
    pub(crate) jumps: u64,
}

impl Tally {
    pub(crate) fn each(&self) -> [(&'static str, u64); 13] {
        [
            ("answered", self.answered),
            ("failed", self.failed),
            ("left", self.left),
            ("visits", self.visits),
            ("retried", self.retried),
            ("elsewhere", self.elsewhere),
            ("restarts", self.restarts),
            ("shed", self.shed),
            ("kept out", self.kept_out),
            ("refused by a server whose limit nobody knew", self.refused),
            ("breakers opened", self.opened),
            ("breakers closed", self.closed),
            ("jumps of the clock", self.jumps),
        ]
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.left += other.left;
        self.visits += other.visits;
        self.retried += other.retried;
        self.elsewhere += other.elsewhere;
        self.restarts += other.restarts;
        self.shed += other.shed;
        self.kept_out += other.kept_out;
        self.refused += other.refused;
        self.opened += other.opened;
        self.closed += other.closed;
        self.jumps += other.jumps;
    }
}
