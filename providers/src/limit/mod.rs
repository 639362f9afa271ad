//! Limits of requests and tokens a minute, kept on this side: nothing is sent that the server would refuse.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Lm, testing::Scripted};
//! use sigflow_providers::limit::{Limit, Limiter};
//!
//! let limiter = Limiter::new(Limit::new().requests(500).tokens(200_000));
//! let lm = Scripted::new(["Paris"]).lm(); // in a program: `Lm::openai("gpt-5-mini")?`
//! let lm = limiter.around(&lm);
//! # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! lm.complete(request).await?;
//! assert_eq!(limiter.left().requests, Some(82)); // of the 83 that ten seconds allow
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # What a call does
//! It reserves what it may take, in all limits at once: one request, a token for four bytes of its prompt, and its
//! longest reply (`max_tokens`, else [`Limit::reply`]). Where there is not enough it waits, first come, first served, up
//! to [`Limit::wait`] and its own deadline; then it ends with kind
//! [`PoolTimeout`](sigflow_core::ErrorKind::PoolTimeout), and [`retry_after`](sigflow_core::Error::retry_after) says
//! when to come back. So does a call that finds too many others waiting, at once.
//!
//! A reply settles the reservation: what was not used flows back at once, what was used beyond it is a debt that later
//! calls wait for. A call that is left, by its caller or by a deadline, gives its reply's tokens back; its request and
//! its prompt the server has counted.
//!
//! # What the server says
//! A 429 with a wait closes the limiter for that time, a minute at most. With [`Limiter`] as
//! [middleware](crate::middleware) of a client it also reads what each reply tells of limits (`x-ratelimit-…`,
//! `anthropic-ratelimit-…`): a limit that nobody set is learnt, and learnt anew when it changes; of one that was set a
//! stricter one is taken over. Fewer left than we think is believed, since others may use the same key, and stays
//! believed when calls that were under way are settled. Where nothing is left before a time that no bucket would name, the
//! server counts in fixed windows, and the limiter is closed until then. The names of all this are settings of one
//! [`Limit`].
//!
//! # One limiter for each account and model
//! Clones of a [`Limiter`] are one. [`Limits`] keeps one for each provider, key and model.
//!
//! # Time
//! Is tokio's, as everywhere in this crate: its clock can be paused by tests without a parameter on every type, and
//! sleeping by another clock than the one that is read would need both anyway. The cells themselves take the time as
//! an argument.
mod account;
// without a transport nobody reads what servers say
#[cfg_attr(not(feature = "http"), allow(dead_code))]
mod cell;
#[cfg_attr(not(feature = "http"), allow(dead_code))]
mod cells;
mod limiter;
mod reservation;
mod rule;
#[cfg(feature = "http")]
mod server;
mod table;
#[cfg(test)]
mod tests;

pub use limiter::{Left, Limiter};
pub use reservation::Reservation;
pub use rule::Limit;
pub use table::Limits;

/// What a limit counts.
#[cfg_attr(not(feature = "http"), allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Requests,
    /// In and out together.
    Tokens,
    Input,
    Output,
}

/// How many of each unit, by its place in [`Unit`].
type Amounts = [u64; 4];

/// What was taken, and when.
#[derive(Clone, Copy, Debug)]
struct Taken {
    amounts: Amounts,
    stamps: cells::Stamps<4>,
}
