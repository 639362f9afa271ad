//! How many calls are under way at once, and the line of those who wait for a place.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::testing::Scripted;
//! use sigflow_providers::queue::{Concurrency, Queue};
//!
//! let queue = Queue::new(Concurrency::new().between(1, 100));
//! let lm = queue.around(&Scripted::new(["Paris"]).lm());
//! # let request = sigflow_core::Request::new(sigflow_core::Prefix::new(String::new().into()), vec![]);
//! // who makes work waits here, and not with a thousand calls in memory
//! let free = queue.capacity().await;
//! assert!(free > 0);
//! lm.complete(request).await?;
//! assert_eq!(queue.load().under_way, 0);
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # How many
//! The number adapts: it grows by one for as many answers as it has places, and shrinks to nine tenths when the server
//! says that it is too much (429, 503, 529) or is silent for too long, once for all calls that were under way together
//! (additive increase, multiplicative decrease: Chiu and Jain, 1989; TCP's rule). It goes by refusals and not by times:
//! how long a model takes is a matter of how much it writes, so times say little of load. It grows only while it is made
//! use of.
//!
//! # Who waits
//! First come, first served, up to 30 s and the call's own deadline; then the call ends with kind
//! [`PoolTimeout`](sigflow_core::ErrorKind::PoolTimeout). A call that finds the line full (1,000 calls, or 256 MiB of
//! requests), or a line that is longer than its deadline, is told so at once (load shedding). Both errors say when to come
//! back ([`retry_after`](sigflow_core::Error::retry_after)), by how long calls took lately. A call that is dropped leaves
//! the line, or gives its place to the next. A line is a buffer that a [`MemoryGauge`](crate::memory::MemoryGauge) can
//! count: `gauge.register(&Arc::new(queue.clone()))`.
//!
//! # When more comes than goes
//! A line that is worked off is a burst, and waiting in it is right. A line that stands has everybody wait for nearly as
//! long as he may, and serves no more calls than a short one. So when for 30 s no call has got its place within 15 s, the
//! line is held to what gets its place within 15 s, and who comes too many is told at once, until a call finds a free place
//! again. This is `CoDel`'s rule (Nichols and Jacobson, “Controlling queue delay”, ACM Queue 2012; RFC 8289), with what
//! “Fail at scale” (Maurer, ACM Queue 2015) makes of it for requests: the end of an overload is an empty line, and what is
//! cut is how long those may wait who come now. The times are [`Concurrency::wait`] and
//! [`Concurrency::standing`]. The order stays: newest first, which goes with that rule there, is for servers whose clients
//! have gone without a word, and here who goes leaves the line.
mod places;
mod rule;
#[cfg(test)]
mod standing_tests;
#[cfg(test)]
mod tests;
mod waiting;

pub use places::{Load, Queue};
pub use rule::Concurrency;
