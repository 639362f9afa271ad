//! From kept and broken rules to a verdict, as the catalogue has it.
use super::{
    measured::{Measured, Outcome},
    rule::{Kept, Weight},
    scenario::{Ideal, Scenario},
};
use std::fmt;

/// The catalogue's four words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verdict {
    /// Rescued, and every rule kept.
    Pass,
    /// Rescued, but an advisory rule was broken, or a rejection was routed around.
    Partial,
    /// Not rescued: a bounded, clean error, and every required rule kept.
    Safe,
    /// A hang, a truncated answer presented as success, or a required rule broken.
    Fail,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Pass => "pass",
            Verdict::Partial => "partial",
            Verdict::Safe => "safe",
            Verdict::Fail => "fail",
        })
    }
}

/// The verdict, and why it is not a pass. `has_fallback`: the system has a second route.
pub(crate) fn verdict(
    scenario: &Scenario,
    seen: &Measured,
    has_fallback: bool,
    factor: f64,
) -> (Verdict, String) {
    if matches!(seen.outcome, Outcome::Hang) {
        return (Verdict::Fail, "hang".to_owned());
    }
    if seen.is_answer() && !seen.is_complete && scenario.ideal == Ideal::Answer {
        return (
            Verdict::Fail,
            "truncated answer presented as success".to_owned(),
        );
    }
    let broken = |weight: Weight| {
        let rules = scenario
            .rules
            .iter()
            .filter(move |rule| rule.weight == weight && (has_fallback || !rule.needs_fallback));
        let whys = rules.filter_map(|rule| match rule.check.judge(seen, factor) {
            Kept::No(why) => Some(format!("{}: {why}", rule.check)),
            Kept::Yes | Kept::NotApplicable => None,
        });
        whys.collect::<Vec<_>>().join("; ")
    };
    let required = broken(Weight::Required);
    if !required.is_empty() {
        return (Verdict::Fail, required);
    }
    let rescued = match (scenario.ideal, &seen.outcome) {
        (Ideal::Answer, Outcome::Answer(_))
        | (Ideal::Error, Outcome::Error(_))
        | (Ideal::Left, Outcome::Left) => true,
        (Ideal::Error, Outcome::Answer(_)) => {
            return (
                Verdict::Partial,
                "answered by routing around the rejection".to_owned(),
            );
        }
        _ => false,
    };
    if !rescued {
        let why = match &seen.outcome {
            Outcome::Error(error) => format!("not rescued: {error}"),
            _ => "not rescued".to_owned(),
        };
        return (Verdict::Safe, why);
    }
    match broken(Weight::Advisory) {
        why if why.is_empty() => (Verdict::Pass, broken(Weight::Informational)),
        why => (Verdict::Partial, why),
    }
}
