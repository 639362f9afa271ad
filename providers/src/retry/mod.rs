//! A model that is asked again when it fails and may succeed later.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Error, ErrorKind, Request, testing::Scripted};
//! use sigflow_providers::retry::Retry;
//! use std::time::Duration;
//!
//! // in a program: `Lm::openai("gpt-5-mini")?`
//! let script = Scripted::new([""; 0]).then_error(|| Error::new(ErrorKind::Server, "busy")).then("Paris");
//! let lm = Retry::new(script.lm()).retries(2).base(Duration::from_millis(1)).lm();
//! # let request = Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! let response = lm.complete(request).await?;
//! assert_eq!(response.completions[0].text, "Paris");
//! assert_eq!(response.attempts.len(), 2);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! - What is sent again is in [`Verdict`], how often and when in [`RetryRule`], how much in all in [`RetryBudget`].
//! - The caller's deadline holds for all attempts together: each gets what is left, and none begins, nor is waited
//!   for, when too little is left. The error then comes at once.
//! - A caller who drops the call ends it: the attempt under way is dropped, and no other begins.
//! - For the scope, its budgets and the history of the [`Lm`](sigflow_core::Lm) it is one call. What it took is in
//!   [`Response::attempts`](sigflow_core::Response) and [`Error::attempts`](sigflow_core::Error::attempts), with what
//!   may have been billed without an answer.
//! - Streams too: see [`route`](crate::route#streams).
mod budget;
mod layer;
pub(crate) mod random;
mod rule;
#[cfg(test)]
mod tests;
mod verdict;

pub use budget::RetryBudget;
pub use layer::Retry;
pub use rule::RetryRule;
pub use verdict::Verdict;
