//! What a body may be about.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Theme {
    Shadowing,
    Patterns,
    Branches,
    Loops,
    EarlyReturns,
    Failures,
    Mutation,
    Borrows,
    Moves,
    Effects,
    Drops,
    Closures,
}

impl Theme {
    pub(super) const ALL: [Theme; 12] = [
        Theme::Shadowing,
        Theme::Patterns,
        Theme::Branches,
        Theme::Loops,
        Theme::EarlyReturns,
        Theme::Failures,
        Theme::Mutation,
        Theme::Borrows,
        Theme::Moves,
        Theme::Effects,
        Theme::Drops,
        Theme::Closures,
    ];
    pub(super) fn name(self) -> &'static str {
        match self {
            Theme::Shadowing => "shadowing",
            Theme::Patterns => "tuples and patterns",
            Theme::Branches => "branches",
            Theme::Loops => "loops",
            Theme::EarlyReturns => "early returns",
            Theme::Failures => "`?` and injected failures",
            Theme::Mutation => "mutation",
            Theme::Borrows => "borrows",
            Theme::Moves => "moves",
            Theme::Effects => "effects",
            Theme::Drops => "drops",
            Theme::Closures => "closures and async blocks",
        }
    }
}
