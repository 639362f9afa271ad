//! Circuit breakers: a route that fails is left alone, so that nobody waits for it and it can get well.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Error, ErrorKind, testing::Scripted};
//! use sigflow_providers::{Router, breaker::{Breaker, BreakerState}, retry::RetryRule};
//!
//! let breaker = Breaker::new();
//! let mut broken = Scripted::new([""; 0]);
//! for _ in 0..5 {
//!     broken = broken.then_error(|| Error::new(ErrorKind::Server, "down"));
//! }
//! let lm = Router::new([broken.lm()]).retry(RetryRule::never()).gate(breaker.gate()).lm();
//! # let request = || sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! for _ in 0..5 {
//!     assert!(lm.complete(request()).await.is_err());
//! }
//! let error = lm.complete(request()).await.unwrap_err();
//! assert!(error.is_circuit_open() && error.retry_after().is_some());
//! assert_eq!(breaker.state("scripted"), Some(BreakerState::Open));
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # When it opens
//! After five failures in a row, or when half of at least ten calls of the last 60 s failed. Failures are those of the
//! route: server, transport, timeout, a stream that broke, a reply that is no reply. What is wrong with the request or
//! the key (400, 401, 404), what was called off and the caller's own deadline say nothing of it. Too many requests
//! (429) are [counted apart](Breaker::limited): the server is well, and [limits](crate::limit) know what to do.
//!
//! # When it closes
//! It stays open 5 s, twice as long each time it opens again, 60 s at most, less a little by chance. Then one call
//! probes the route, without retries; after it up to three at once, and three answers close it. One failure opens it
//! again. A call that finds it open ends with kind [`CircuitOpen`](sigflow_core::ErrorKind::CircuitOpen), with the time
//! after which it is worth asking again, or goes to the next route.
//!
//! The figures are resilience4j's shape, with times for models: its 100 calls are hours of a small program's.
//!
//! A router [cools down](crate::route) routes by itself; a breaker judges over many calls, is seen from outside, and
//! keeps also a single route from being asked.
pub(crate) mod cell;
mod gate;
#[cfg(test)]
mod tests;

pub use cell::BreakerState;
pub use gate::{Breaker, Transition};
