//! Which way a question is asked, where the caller leaves it open.
mod call;
#[cfg(test)]
mod tests;

pub use call::Strategic;

use std::fmt;

/// Which way a question is asked: see [`Call::strategy`](crate::Call::strategy).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strategy {
    /// By the first rule that holds: the caller [needs the reasoning](Strategic::reasoning) → chain of thought; more
    /// than one provider was [given](Strategic::compare) → multi provider; the predictor's state was optimized (it has
    /// demos, or instructions of its own) → optimized; else standard.
    #[default]
    Auto,
    /// The signature as it stands: no demos, its own instructions.
    Standard,
    /// A reasoning before the outputs.
    ChainOfThought,
    /// Several providers at once, of whose answers one is taken.
    MultiProvider,
    /// With the demos and instructions that the predictor was given.
    Optimized,
}

impl Strategy {
    /// Its name: `standard`, `chain_of_thought`, `multi_provider`, `optimized`, `auto`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Strategy::Auto => "auto",
            Strategy::Standard => "standard",
            Strategy::ChainOfThought => "chain_of_thought",
            Strategy::MultiProvider => "multi_provider",
            Strategy::Optimized => "optimized",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which way was taken, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrategyChoice {
    /// Never [`Auto`](Strategy::Auto).
    pub strategy: Strategy,
    /// In words.
    pub reason: &'static str,
}

impl StrategyChoice {
    /// The order of the rules.
    fn of(forced: Strategy, reasoning: bool, many: bool, optimized: bool) -> Self {
        let (strategy, reason) = match forced {
            Strategy::Auto if reasoning => {
                (Strategy::ChainOfThought, "the caller needs the reasoning")
            }
            Strategy::Auto if many => (
                Strategy::MultiProvider,
                "more than one provider is configured",
            ),
            Strategy::Auto if optimized => {
                (Strategy::Optimized, "the predictor's state was optimized")
            }
            Strategy::Auto => (Strategy::Standard, "nothing asks for more"),
            forced => (forced, "the caller said so"),
        };
        StrategyChoice { strategy, reason }
    }
}
