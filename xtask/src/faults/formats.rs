//! The scenarios that depend on the wire format, for each format that has a client.
use super::{
    ours::{LEFT_AT_ONCE, RESCUED, TAKEN, with},
    rule::{Check, Rule},
    scenario::{Mode, Scenario},
    system::SPOKEN,
};
use sigflow_testkit::{Api, Fault};

/// All of them.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let others = SPOKEN.iter().copied().filter(|api| *api != Api::Chat);
    others
        .flat_map(|api| streams(api).into_iter().chain(both(api)))
        .collect()
}

fn streams(api: Api) -> Vec<Scenario> {
    let row =
        |id, fault, rules: &[Rule]| Scenario::new(id, Mode::Stream, fault, rules.to_vec()).api(api);
    let silent = with(RESCUED, &[Check::PrimaryIs(1), Check::WallMax(20.0)]);
    let mut rows = vec![
        row("cut", Fault::Cut, RESCUED),
        row("mid-json", Fault::MidJson, RESCUED),
        row("stall", Fault::Stall, &silent),
        row(
            "slow-first-token",
            Fault::SlowFirstToken,
            &with(RESCUED, &[Check::PrimaryIs(1), Check::WallMax(15.0)]),
        ),
        row("error-late", Fault::ErrorLate, RESCUED),
        row("malformed", Fault::Malformed, RESCUED),
        row("terminal-twice", Fault::TerminalTwice, TAKEN),
        row(
            "open-after-end",
            Fault::OpenAfterEnd,
            &with(TAKEN, &[Check::WallMax(8.0), Check::UsagePresent]),
        ),
        row("no-end", Fault::NoEnd, RESCUED),
    ];
    // Where another event says why the model stopped, the last one may be missing; else it is the reason.
    rows.extend(match api {
        Api::Messages | Api::Converse => Some(row("no-terminal", Fault::NoTerminal, TAKEN)),
        Api::Responses | Api::Ollama | Api::Interactions => {
            Some(row("no-terminal", Fault::NoTerminal, RESCUED))
        }
        _ => None,
    });
    rows
}

fn both(api: Api) -> Vec<Scenario> {
    [Mode::Stream, Mode::Whole]
        .into_iter()
        .flat_map(|mode| of(api, mode))
        .collect()
}

fn of(api: Api, mode: Mode) -> Vec<Scenario> {
    let row = |id, fault, rules: &[Rule]| Scenario::new(id, mode, fault, rules.to_vec()).api(api);
    let persistent = with(RESCUED, &[Check::PrimaryIs(3), Check::FallbackUsed]);
    vec![
        row(
            "healthy",
            Fault::Healthy,
            &with(TAKEN, &[Check::UsagePresent]),
        )
        .fallback(Some(Fault::NoPrefill)),
        row("byte-by-byte", Fault::ByteByByte, TAKEN),
        row("error-first", Fault::ErrorFirst, RESCUED),
        row("empty-200", Fault::Empty, RESCUED),
        row("rate-limited", Fault::RateLimited, &persistent),
        row("overloaded", Fault::Overloaded, &persistent),
        row("context-length", Fault::ContextLength, LEFT_AT_ONCE),
        // Converse has one word for all limits, and Ollama none: their messages tell.
        row("quota", Fault::Quota, LEFT_AT_ONCE),
    ]
}
