//! A second route beside a slow one: whoever speaks first answers.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::testing::Scripted;
//! use sigflow_providers::hedge::Hedge;
//!
//! // in a program: two providers, or two keys of one
//! let (first, second) = (Scripted::new(["Paris"]).lm(), Scripted::new(["Paris"]).lm());
//! let hedge = Hedge::new(first, second);
//! let lm = hedge.lm();
//! # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! lm.complete(request).await?;
//! assert_eq!(hedge.made(), 0);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # What a call does
//! It asks the first route. When that has been silent for longer than 95 of its last 100 calls were (a stream before its
//! first token, a whole reply in all), the second is asked beside it, and whoever speaks first is the answer (Dean and
//! Barroso, “The tail at scale”, 2013). The other is dropped, which closes its connection; it stands in
//! [`Response::attempts`](sigflow_core::Response) as left and
//! [perhaps billed](sigflow_core::Billed::Unknown). If one fails, the other may still answer.
//!
//! # What it costs
//! At most one hedge in twenty calls ([`Hedge::share`]): a budget that fills by a twentieth with each call and holds five.
//! So when everything is slow, what is asked grows by 5 %, and not twofold. Before 20 calls nobody knows what is slow,
//! and nothing is hedged. With a [`Hedge::cost_cap`] no hedge is made that is known to be dearer.
//!
//! A failure of the first route before the hedge is the call's error: [retries](crate::retry) and
//! [routes](crate::route) belong inside, around each route, or around the hedge.
mod budget;
mod model;
mod stream;
mod tail;
#[cfg(test)]
mod tests;

pub use model::Hedge;
