//! Replies that were paid for, kept and given again.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_core::{Ask, Budget, CachePolicy, DynSignature, Scope, testing::Scripted};
//! use sigflow_providers::{Connect as _, ResponseCache};
//!
//! // in a program also `.disk("replies.db")`, which other processes may share
//! let cache = ResponseCache::new();
//! // in a program: `Lm::openai("gpt-5-mini")?.retrying().cached(&cache)`
//! let script = Scripted::new(["[[ ## answer ## ]]\nParis", "[[ ## answer ## ]]\nRome"]);
//! let lm = script.lm().cached(&cache);
//! let ask = || DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())]);
//!
//! let budget = Budget::new();
//! let scope = Scope::current().with_lm(&lm).with_budget(&budget);
//! assert_eq!(scope.clone().enter(ask()?.predict()).await?["answer"], "Paris");
//! let again = scope.clone().enter(ask()?.predict().prediction()).await?;
//! assert_eq!((&again["answer"], again.saved), (&"Paris".into(), 1));
//! // one request was sent, and one was paid
//! assert_eq!((script.requests().len(), budget.spent().calls), (1, 1));
//!
//! // the same question once more, as another try of the same thing
//! let other = scope.with_rollout(1);
//! assert_eq!(other.enter(ask()?.predict()).await?["answer"], "Rome");
//! // and a run that must cost nothing
//! let free = scope.with_cache(CachePolicy::Only).with_rollout(2);
//! assert!(free.enter(ask()?.predict()).await.unwrap_err().is_not_cached());
//!
//! let stats = cache.stats(1);
//! assert_eq!((stats.hits, stats.misses, stats.size), (1, 3, 2));
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # What is the same request
//! Everything that reaches the model, compared byte by byte and never by a hash alone: the model with its server and
//! its client's settings ([`LanguageModel::identity`](sigflow_core::LanguageModel::identity)), messages with their
//! parts, tools, format, sampling, and the rollout
//! ([`Request::canonical`](sigflow_core::Request::canonical)). A whole reply and a stream of one request answer for each
//! other; where several completions are asked for, streams go past the cache, and with
//! [`CachePolicy::Only`](sigflow_core::CachePolicy) nowhere.
//!
//! A model that does not say which it is (one of your own, a closure) has its replies to itself and its clones, and in
//! memory only; with a disk the cache says so. [`Cached::known_as`] gives it a name.
//!
//! # What is kept
//! Replies that came to their end. Errors are not kept, nor replies without a completion or that the provider's filter
//! cut. A reply that cannot be read as the outputs is kept like others:
//! [`CachePolicy::Refresh`](sigflow_core::CachePolicy) asks anew. What comes out again is without the body as it came and
//! without attempts. It has no `usage`, for no tokens were spent: what it took when it was made stands in
//! [`Response::saved`](sigflow_core::Response). Budgets get the call back and are charged no tokens.
//!
//! # Several at once
//! Of equal requests at the same time one asks and the others wait, each until its own deadline. If its caller goes away,
//! the next one asks. If it fails, all that wait get the error, unless that is its own: its deadline came, its run was
//! called off, its budget is spent. Then the next one asks. So it does when asking again may help and it has more time than
//! the one that failed. An error of another's request has one attempt, which is not billed: the requests were made for the
//! other. Where a stream asks, the others wait until its reader has all of it.
//!
//! # On disk
//! A [journal](sigflow_journal), made at the first use. A reply is on disk before the caller has it, so that nothing
//! that was finished is asked twice after a crash. When the disk does not do its part, the cache goes on without it and
//! says so: [`ResponseCache::trouble`], [`ResponseCacheBuilder::on_trouble`], and in its counters. No call waits for it
//! longer than 2 s. When it does not read, or does not write, in time three times in a row, that is left alone: one call
//! tries it again after 30 s, and all do when it has come. A file that could not be opened is tried again in the same way,
//! unless it is of no use at all.
//! [`ResponseCache::ready`] tells at the start.
//!
//! # Around what
//! Around everything that costs: `Lm::fallback([…]).cached(&cache)`, so that what is kept needs neither retry, nor
//! breaker, nor limit.
mod disk;
mod flight;
mod kept;
mod key;
mod layer;
mod pause;
mod record;
mod settings;
mod stats;
mod stranger;
mod stream;
#[cfg(test)]
mod tests;

pub use kept::ResponseCache;
pub use layer::Cached;
pub use settings::ResponseCacheBuilder;
pub use stats::{HotResponse, ResponseCacheStats};
