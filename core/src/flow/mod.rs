//! The future behind `#[program]`: calls that wait for what they read, beside a lane in source order.
//!
//! A scheduled block is one future. Calls that may overlap are *floaters*: futures pinned in the block's
//! own frame. All else is the *lane*, the block's own code. While the lane awaits something, the
//! [`Group`]s of floaters are driven along. Nothing is spawned and nothing is boxed; a run allocates one
//! counted block for all its wakers, and only if one of them is kept.
mod cells;
mod group;
mod parent;
mod schedule;
mod turns;
mod wakers;

pub use cells::{Get, Out, Own, Put, Take};
pub use group::{Group, Host, Op, step};
pub use schedule::{Left, Schedule, Until};
pub use turns::{Beside, Turns, begin, turn};

/// A value of a type that is never there: it tells rustc what an async block may return before the first
/// `?` of that block asks.
#[inline]
pub fn never<R>() -> Option<R> {
    None
}

#[cfg(test)]
mod cells_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wakers_tests;
