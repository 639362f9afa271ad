//! The sixteen scenarios of Failover Bench, methodology v0.1, with their models, bounds and checks. The catalogue
//! streams all of them; its server answers whole too, so we ask in both ways where the fault is not one of streams.
use super::{
    rule::{Check, Rule, advisory, informational, required},
    scenario::{Ideal, Mode, Play, Scenario},
};
use sigflow_testkit::Fault;

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let streams = of(Mode::Stream);
    // A stream's first token and last event are not in a reply in one piece.
    let whole = of(Mode::Whole).filter(|scenario| !matches!(scenario.id, "S07" | "S11"));
    streams.chain(whole).collect()
}

fn of(mode: Mode) -> impl Iterator<Item = Scenario> {
    let row = move |id, fault, max_wall_s, rules: &[Rule]| {
        Scenario::new(id, mode, fault, rules.to_vec()).max_wall(max_wall_s)
    };
    let no_hang = required(Check::NoHang);
    let no_truncated_success = required(Check::NoTruncatedSuccess);
    let alive_after = required(Check::AliveAfter);
    [
        row(
            "S01",
            Fault::RetryAfter,
            20.0,
            &[
                advisory(Check::PrimaryMin(2)),
                advisory(Check::FirstGapMin(1.8)),
                required(Check::MaxWithin(1.5, 2)),
            ],
        ),
        row(
            "S02",
            Fault::RateLimited,
            40.0,
            &[
                required(Check::MaxWithin(3.0, 4)),
                required(Check::PrimaryMax(6)),
                no_hang,
            ],
        ),
        row(
            "S03",
            Fault::FailsOnce,
            20.0,
            &[no_hang, advisory(Check::PrimaryMin(2))],
        ),
        row(
            "S04",
            Fault::Overloaded,
            40.0,
            &[required(Check::PrimaryMax(6)), no_hang],
        ),
        row("S05", Fault::ResetOnce, 20.0, &[no_hang]),
        row(
            "S06",
            Fault::Silent,
            130.0,
            &[
                required(Check::WallMax(100.0)),
                no_hang,
                advisory(Check::PrimaryMax(1)),
            ],
        ),
        row(
            "S07",
            Fault::SlowFirstToken,
            60.0,
            &[no_hang, advisory(Check::WallMax(15.0)).with_fallback()],
        ),
        row("S08", Fault::Cut, 40.0, &[no_truncated_success, no_hang]),
        row(
            "S09",
            Fault::Stall,
            70.0,
            &[
                required(Check::WallMax(45.0)),
                no_truncated_success,
                alive_after,
                no_hang,
            ],
        ),
        row(
            "S10",
            Fault::Malformed,
            30.0,
            &[
                alive_after,
                no_truncated_success,
                no_hang,
                advisory(Check::Complete),
            ],
        ),
        row(
            "S11",
            Fault::NoTerminal,
            30.0,
            &[required(Check::WallMax(8.0)), advisory(Check::UsagePresent)],
        ),
        row(
            "S12",
            Fault::ContextLength,
            20.0,
            &[required(Check::PrimaryIs(1)), no_hang],
        ),
        row(
            "S13",
            Fault::ContentFilter,
            20.0,
            &[
                required(Check::PrimaryIs(1)),
                no_hang,
                informational(Check::FallbackUsed),
            ],
        )
        .ideal(Ideal::Error),
        row(
            "S14",
            Fault::CutNoPrefill,
            40.0,
            &[required(Check::NoPrefillMasking), no_truncated_success],
        )
        .fallback(Some(Fault::NoPrefill)),
        row(
            "S15",
            Fault::Flap,
            200.0,
            &[
                required(Check::SequenceNoHang),
                required(Check::SequenceServed).with_fallback(),
                required(Check::SequenceRecovered(30.0)).with_fallback(),
                informational(Check::SequenceProbes),
            ],
        )
        .play(Play::Sequence {
            count: 20,
            every_s: 4.0,
            max_wall_s: 30.0,
        }),
        row(
            "S16",
            Fault::OverloadedAccounts,
            40.0,
            &[
                required(Check::ReportsFallback).with_fallback(),
                advisory(Check::UsagePresent).with_fallback(),
                required(Check::PrimaryMax(6)),
            ],
        ),
    ]
    .into_iter()
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
