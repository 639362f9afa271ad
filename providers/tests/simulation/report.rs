//! What came of a seed.
use crate::judge::Rule;
use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    ops::AddAssign,
};

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
    /// Failures that callers got, by their kind.
    pub(crate) kinds: Kinds,
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
            "seed {} broke {} rules; seed {}\n",
            self.seed,
            self.faults.len(),
            again(self.seed, self.calls)
        );
        for fault in self.faults.iter().take(20) {
            let _ = writeln!(said, "  {}: {}", fault.rule, fault.what);
        }
        panic!("{said}{}", self.shape);
    }
}

/// A seed, and the command that plays it again.
pub(crate) fn again(seed: u64, calls: u64) -> String {
    let release = if cfg!(debug_assertions) {
        ""
    } else {
        " --release"
    };
    format!(
        "{seed} again:\n    SIGFLOW_SEED={seed} SIGFLOW_CALLS={calls} cargo test{release} -p sigflow-providers --features cache --test simulation seeds"
    )
}

/// How often what kind of failure came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kinds(pub(crate) BTreeMap<String, u64>);

impl AddAssign<&Kinds> for Kinds {
    fn add_assign(&mut self, other: &Kinds) {
        for (kind, times) in &other.0 {
            *self.0.entry(kind.clone()).or_default() += times;
        }
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut each = self.0.iter();
        each.try_for_each(|(kind, times)| write!(f, "\n{times:>10} {kind}"))
    }
}

macro_rules! tally {
    ($($field:ident: $what:literal,)*) => {
        /// How often what happened.
        #[derive(Clone, Copy, Debug, Default)]
        pub(crate) struct Tally {
            $(pub(crate) $field: u64,)*
        }

        impl Tally {
            pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$(($what, self.$field)),*].into_iter()
            }
        }

        impl fmt::Display for Tally {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut each = self.each();
                each.try_for_each(|(what, times)| write!(f, "\n{times:>10} {what}"))
            }
        }

        impl AddAssign for Tally {
            fn add_assign(&mut self, other: Tally) {
                $(self.$field += other.$field;)*
            }
        }
    };
}

tally! {
    calls: "calls",
    answered: "answered",
    failed: "failed",
    left: "left",
    visits: "requests at servers",
    retried: "retried",
    elsewhere: "answered elsewhere",
    restarts: "streams that began anew",
    shed: "shed",
    kept_out: "kept out by a breaker",
    refused: "refused by a server whose limit nobody knew",
    opened: "breakers that opened",
    closed: "breakers that closed",
    jumps: "jumps of the clock",
    hedged: "hedges",
    hedges_won: "hedges that were faster",
    compared: "comparisons that were answered",
    late: "answers that came too late",
    without_money: "sent away for want of money",
    billed: "tokens on bills that were counted",
    saved: "answered out of a cache",
    waited: "answered with an equal request",
    failed_with_another: "failed with an equal request",
    not_cached: "not cached, and not to be asked",
    evicted: "replies let go",
    without_memory: "sent away for want of memory",
    refused_for_memory: "requests for which there was no memory",
    with_limits: "calls within limits",
    with_breakers: "calls behind breakers",
    with_queue: "calls behind a queue",
    with_hedge: "calls with a hedge",
    with_compare: "calls of comparisons",
    with_spending: "calls within bounds of money",
    with_cache: "calls before a cache",
    with_gauge: "calls under a memory gauge",
}
