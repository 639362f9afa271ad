//! Bounds for memory: what all buffers together take, and what gives way when it is too much.
//!
//! A [`MemoryGauge`] has the limit that the user sets, and adds up what buffers report: caches of replies and signatures,
//! calls that wait in queues and for limits, histories, aggregates, replies under way. At 70, 85 and 95 % of the limit it
//! tells of pressure (`sigflow.memory.pressure`, levels 1, 2, 3). At 95 % it sheds: first what
//! [can be made again](Sheds::shed), then new calls, by an error of kind `RateLimited` that says when to come back. It looks
//! when a call comes, and each time that another sixty-fourth of the limit was [held](MemoryGauge::hold): replies that grow
//! have caches give way too. Calls that were let in go on: what their replies still take may come on top of the limit.
//!
//! ```
//! use sigflow_providers::memory::{MemoryGauge, Sheds};
//! use std::sync::{Arc, Mutex};
//!
//! #[derive(Default)]
//! struct Cache(Mutex<Vec<Vec<u8>>>);
//! impl Sheds for Cache {
//!     fn name(&self) -> &str {
//!         "answers"
//!     }
//!     fn bytes(&self) -> usize {
//!         self.0.lock().unwrap().iter().map(Vec::len).sum()
//!     }
//!     fn shed(&self, wanted: usize) -> usize {
//!         let mut entries = self.0.lock().unwrap();
//!         let mut freed = 0;
//!         while freed < wanted && let Some(entry) = entries.pop() {
//!             freed += entry.len();
//!         }
//!         freed
//!     }
//! }
//!
//! let gauge = MemoryGauge::new(1000);
//! let cache = Arc::new(Cache::default());
//! gauge.register(&cache);
//! cache.0.lock().unwrap().extend(vec![vec![0; 100]; 9]);
//! assert_eq!((gauge.check(), gauge.used()), (2, 900));
//! // over the highest mark the cache gives way, down to below the next mark
//! cache.0.lock().unwrap().push(vec![0; 90]);
//! assert_eq!((gauge.check(), gauge.used()), (1, 800));
//! // what cannot give way holds new calls back
//! let reply = gauge.hold("stream", 960);
//! let error = gauge.admit().unwrap_err();
//! assert!(error.is_rate_limited() && error.retry_after().is_some());
//! drop(reply);
//! assert!(gauge.admit().is_ok());
//! ```
#[cfg(feature = "cache")]
mod caches;
mod gauge;
mod history;
mod hold;
#[cfg(feature = "http")]
mod replies;
mod signatures;

#[cfg(test)]
mod tests;

pub use gauge::{MARKS, MemoryGauge, Sheds};
pub use history::HistoryOf;
pub use hold::Held;
#[cfg(feature = "http")]
pub use replies::Replies;
