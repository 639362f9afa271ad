//! What calls cost, and bounds of tokens and money.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Lm, Usage, testing::Scripted};
//! use sigflow_providers::price::{Price, Prices, Spending};
//!
//! let prices = Prices::new().set("my-model", Price::new(0.5, 2.0));
//! assert_eq!(prices.cost("my-model", &Usage::new(1_000_000, 500_000)), Some(1.5));
//! // what is not known is not free
//! assert_eq!(prices.cost("a-model-of-tomorrow", &Usage::new(1, 1)), None);
//!
//! let spending = Spending::new(&prices).dollars(5.0).tokens(2_000_000);
//! let lm = spending.around(&Scripted::new(["Paris"]).lm());
//! # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! let response = lm.complete(request).await?;
//! println!("{:?} of {:?}", response.cost, spending.spent());
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # Prices
//! Are those of `LiteLLM`'s table (MIT), as far as it has chat, responses and embedding models of the providers that this
//! crate has clients for; the version stands at the head of `table.tsv`. Cached tokens, tokens written to a cache,
//! reasoning and long prompts have their own where the provider has. Not in it: batches, flex and priority tiers, tools of
//! the provider's, images and sound. [`Prices::set`] is for what you pay, and comes before all of the table.
//!
//! A model is found by its name as the server or the user gives it: as it is, without its date, and behind `gemini/`. A name
//! that several providers share costs what each takes, so it needs its provider before it (`groq/openai/gpt-oss-20b`), with
//! [`Spending::around_as`].
mod ledger;
mod most;
mod spending;
mod table;
#[cfg(test)]
mod tests;

pub use ledger::Spent;
pub use spending::Spending;
pub use table::{Price, Prices};
