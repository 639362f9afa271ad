//! Scenarios of ours, beside the catalogue's, for OpenAI's chat completions.
use super::{
    rule::{Check, Rule, required},
    scenario::{Ideal, Mode, Play, Scenario},
};
use sigflow_core::ErrorKind;
use sigflow_testkit::Fault;

/// Whoever answers, the answer is whole, the attempts are told as they were, and none is in vain.
pub(crate) const RESCUED: &[Rule] = &[
    required(Check::NoHang),
    required(Check::NoTruncatedSuccess),
    required(Check::PrimaryMax(3)),
    required(Check::AttemptsAgree),
    required(Check::ReportsFallback),
];
/// Odd, but whole: the first attempt is the answer.
pub(crate) const TAKEN: &[Rule] = &[
    required(Check::Complete),
    required(Check::PrimaryIs(1)),
    required(Check::FallbackUnused),
    required(Check::AttemptsAgree),
];
/// The same request would fail again: the next route answers at once.
pub(crate) const LEFT_AT_ONCE: &[Rule] = &[
    required(Check::Complete),
    required(Check::PrimaryIs(1)),
    required(Check::FallbackUsed),
    required(Check::AttemptsAgree),
    required(Check::ReportsFallback),
    required(Check::ClockMax(5.0)),
];
/// The primary is asked again, and answers.
const AGAIN: &[Rule] = &[
    required(Check::Complete),
    required(Check::PrimaryIs(2)),
    required(Check::FallbackUnused),
    required(Check::AttemptsAgree),
];

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for mode in [Mode::Stream, Mode::Whole] {
        all.extend(both(mode));
    }
    all.extend(of_streams());
    // A whole reply may take its time: nobody sees its first token.
    all.push(Scenario::new(
        "slow-whole",
        Mode::Whole,
        Fault::SlowFirstToken,
        TAKEN.to_vec(),
    ));
    all
}

pub(crate) fn with(rules: &[Rule], more: &[Check]) -> Vec<Rule> {
    rules
        .iter()
        .copied()
        .chain(more.iter().map(|check| required(*check)))
        .collect()
}

/// What can happen to replies of both forms.
fn both(mode: Mode) -> impl Iterator<Item = Scenario> {
    let row = move |id, fault, rules: &[Rule]| Scenario::new(id, mode, fault, rules.to_vec());
    let alone = move |id, fault, kind, count, more: &[Check]| {
        let rules = [
            Check::ErrorIs(kind),
            Check::PrimaryIs(count),
            Check::AttemptsAgree,
        ];
        let rules = with(&rules.map(required), more);
        Scenario::new(id, mode, fault, rules)
            .fallback(None)
            .ideal(Ideal::Error)
    };
    let leave = move |id, fault, play, checks: &[Check]| {
        Scenario::new(id, mode, fault, with(&[], checks))
            .ideal(Ideal::Left)
            .play(play)
    };
    [
        row("error-first", Fault::ErrorFirst, RESCUED),
        row("empty-200", Fault::Empty, RESCUED),
        row("html-200", Fault::Page, RESCUED),
        row("byte-by-byte", Fault::ByteByByte, TAKEN),
        row("big-event", Fault::BigEvent, TAKEN),
        row("bom", Fault::Bom, TAKEN),
        row("gzip-unasked", Fault::Gzip, RESCUED),
        row("html-502", Fault::BadGateway, RESCUED),
        row("keep-alive-close", Fault::KeepAliveClose, AGAIN).play(Play::Warm),
        row("tls-abort", Fault::TlsAbort, RESCUED).tls(),
        row(
            "retry-after-float",
            Fault::RetryAfterFloat,
            &with(AGAIN, &[Check::FirstGapMin(0.69)]),
        ),
        row(
            "retry-after-date",
            Fault::RetryAfterDate,
            &with(AGAIN, &[Check::FirstGapMin(0.9), Check::ClockMax(4.0)]),
        ),
        row(
            "retry-after-negative",
            Fault::RetryAfterNegative,
            &with(AGAIN, &[Check::ClockMax(5.0)]),
        ),
        row("retry-after-huge", Fault::RetryAfterHuge, LEFT_AT_ONCE),
        alone(
            "retry-after-huge-alone",
            Fault::RetryAfterHuge,
            ErrorKind::RateLimited,
            1,
            &[Check::ErrorHasHint, Check::ClockMax(5.0)],
        ),
        row("quota", Fault::Quota, LEFT_AT_ONCE),
        alone(
            "quota-alone",
            Fault::Quota,
            ErrorKind::QuotaSpent,
            1,
            &[Check::ClockMax(5.0)],
        ),
        row("mid-json", Fault::MidJson, RESCUED),
        row(
            "slow-headers",
            Fault::SlowHeaders,
            &with(RESCUED, &[Check::PrimaryIs(1)]),
        )
        .max_wall(130.0),
        row("1xx", Fault::Interim, TAKEN),
        row("no-finish-reason", Fault::NoFinish, TAKEN),
        alone(
            "overloaded-alone",
            Fault::Overloaded,
            ErrorKind::Server,
            3,
            &[Check::ErrorSays("overloaded")],
        ),
        alone(
            "html-502-alone",
            Fault::BadGateway,
            ErrorKind::Server,
            3,
            &[Check::ErrorSays("502 Bad Gateway")],
        ),
        alone(
            "both-down",
            Fault::Overloaded,
            ErrorKind::Server,
            3,
            &[Check::ErrorSays("overloaded")],
        )
        .fallback(Some(Fault::RateLimited)),
        alone(
            "deadline",
            Fault::Silent,
            ErrorKind::Timeout,
            1,
            &[Check::WallMax(10.0)],
        )
        .fallback(Some(Fault::Healthy))
        .play(Play::Deadline(5.0)),
        alone(
            "deadline-before-retry",
            Fault::RetryAfter,
            ErrorKind::RateLimited,
            1,
            &[Check::ErrorHasHint, Check::ClockMax(0.9)],
        )
        .play(Play::ClockDeadline(1.0)),
        leave(
            "cancel-silent",
            Fault::Silent,
            Play::LeaveAfter(0.3),
            &[
                Check::LeftWithin(0.1),
                Check::PrimaryIs(1),
                Check::FallbackUnused,
            ],
        ),
        leave(
            "cancel-between-retries",
            Fault::RetryAfter,
            Play::LeaveAfter(0.5),
            &[Check::PrimaryIs(1), Check::FallbackUnused],
        ),
    ]
    .into_iter()
}

/// What only streams can do.
fn of_streams() -> impl Iterator<Item = Scenario> {
    let row = |id, fault, rules: &[Rule]| Scenario::new(id, Mode::Stream, fault, rules.to_vec());
    let alone = |id, fault| {
        let checks = [
            Check::ErrorIs(ErrorKind::IncompleteStream),
            Check::ErrorHasPartial,
            Check::AttemptsAgree,
        ];
        row(id, fault, &checks.map(required))
            .fallback(None)
            .ideal(Ideal::Error)
    };
    [
        row("error-late", Fault::ErrorLate, RESCUED),
        // The idle limit of ten seconds, and not the first token's of thirty.
        row(
            "stall",
            Fault::Stall,
            &with(RESCUED, &[Check::PrimaryIs(1), Check::WallMax(20.0)]),
        ),
        row("terminal-twice", Fault::TerminalTwice, TAKEN),
        row("crlf", Fault::CrLf, TAKEN),
        row("cr", Fault::Cr, TAKEN),
        row("no-end", Fault::NoEnd, RESCUED),
        row("usage-late", Fault::UsageLate, TAKEN),
        row(
            "open-after-end",
            Fault::OpenAfterEnd,
            &with(TAKEN, &[Check::WallMax(8.0)]),
        ),
        row("slow-progress", Fault::SlowProgress, TAKEN).max_wall(60.0),
        row(
            "pings-only",
            Fault::PingsOnly,
            &with(RESCUED, &[Check::PrimaryIs(1), Check::WallMax(15.0)]),
        ),
        alone("cut-alone", Fault::Cut),
        alone("mid-json-alone", Fault::MidJson),
        row(
            "cancel-stream",
            Fault::SlowProgress,
            &with(
                &[],
                &[
                    Check::LeftWithin(0.1),
                    Check::PrimaryIs(1),
                    Check::FallbackUnused,
                ],
            ),
        )
        .ideal(Ideal::Left)
        .play(Play::LeaveAfterWords(5)),
    ]
    .into_iter()
}
