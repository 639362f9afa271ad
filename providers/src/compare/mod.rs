//! Many models, one question: all are asked at once, and a selector picks the answer.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::testing::Scripted;
//! use sigflow_providers::compare::{Compare, Select};
//!
//! let models = ["Paris", "Lyon", "Paris"].map(|answer| Scripted::new([answer]).lm());
//! let lm = Compare::new(models).select(Select::Majority).lm();
//! # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! let response = lm.complete(request).await?;
//! assert_eq!(response.completions[0].text, "Paris");
//! assert_eq!(response.attempts.len(), 3);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! An answer later than 30 s ([`Compare::wait`]) is dropped: its route stands in
//! [`Response::attempts`](sigflow_core::Response) as left and [perhaps billed](sigflow_core::Billed::Unknown). Routes that
//! fail stand there too, and only if none answers there is an error: the first that came. Attempts are in the order of
//! the routes, but for the answer that was picked, which is the last. Its usage, cost and model are those of the response;
//! each attempt has its own, and all together are
//! [`Response::usage_in_all`](sigflow_core::Response::usage_in_all) and
//! [`cost_in_all`](sigflow_core::Response::cost_in_all), which budgets, predictions and telemetry count.
//!
//! [Limits](crate::limit), [queues](crate::queue) and [bounds of money](crate::price) belong around each route: each is
//! asked.
//!
//! [`Compare::all`] gives all answers, for those who want to see them beside each other.
mod model;
mod select;
#[cfg(test)]
mod tests;

pub use model::{Answer, Compare, Comparison};
pub use select::Select;
