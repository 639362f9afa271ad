//! What a call says to a cache, and what a cache says of a reply.
use super::Usage;

/// What a cache may do with a request. Models that are none do not look at it.
///
/// It stands in [`Request::cache`](super::Request); [`Scope::with_cache`](super::Scope::with_cache) sets it for all
/// calls of a scope that do not say otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CachePolicy {
    /// Answer out of the cache, else ask and keep the reply.
    #[default]
    Use,
    /// Ask, as if there were no cache: nothing is looked up and nothing kept.
    Bypass,
    /// Ask, and keep the reply in the place of the one that may be there.
    Refresh,
    /// Answer out of the cache, else fail with [`ErrorKind::NotCached`](crate::ErrorKind): nothing is sent, so
    /// nothing is paid.
    Only,
}

/// Said of a reply that came out of a cache. No tokens were spent on it, so its
/// [`usage`](super::Response::usage) is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// The tokens that the model took when it made the reply, if its server said.
    pub usage: Option<Usage>,
}

impl Saved {
    /// A reply that took so many tokens when it was made.
    pub const fn new(usage: Option<Usage>) -> Self {
        Saved { usage }
    }
}
