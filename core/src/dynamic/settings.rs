//! How large a cache of signatures is, and what goes first.
use crate::{CacheBounds, Eviction};
use std::time::Duration;

/// Settings of a [`SignatureCache`](crate::SignatureCache).
///
/// ```
/// use sigflow_core::{Eviction, SignatureCache};
/// use std::time::Duration;
///
/// let cache = SignatureCache::builder().capacity(100).eviction(Eviction::Lfu).ttl(Duration::from_secs(60)).build();
/// assert_eq!(cache.settings().entries(), 100);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a builder makes nothing until `build()`"]
pub struct SignatureCacheBuilder(pub(super) CacheBounds);

/// 10,000 entries and 128 MiB, the least recently used goes first, no expiry; swept every 5 minutes.
impl Default for SignatureCacheBuilder {
    fn default() -> Self {
        SignatureCacheBuilder(CacheBounds {
            bytes: 128 << 20,
            ..CacheBounds::default()
        })
    }
}

impl SignatureCacheBuilder {
    /// At most so many entries; none with 0.
    pub fn capacity(mut self, entries: usize) -> Self {
        self.0.entries = entries;
        self
    }
    /// At most so many bytes of definitions and rendered prompts, about; 128 MiB unless set.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.0.bytes = bytes;
        self
    }
    /// Which entry of a full cache goes first.
    pub fn eviction(mut self, eviction: Eviction) -> Self {
        self.0.eviction = eviction;
        self
    }
    /// How long an entry may be used after it was made; without it, for ever.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.0.ttl = Some(ttl);
        self
    }
    /// How often expired entries are looked for. There is no thread: the next use after this time does it.
    pub fn sweep_every(mut self, period: Duration) -> Self {
        self.0.sweep = period;
        self
    }
    /// At most so many entries.
    pub fn entries(&self) -> usize {
        self.0.entries
    }
    /// At most so many bytes.
    pub fn takes_at_most(&self) -> usize {
        self.0.bytes
    }
    /// Which entry of a full cache goes first.
    pub fn evicts(&self) -> Eviction {
        self.0.eviction
    }
    /// How long an entry may be used, if not for ever.
    pub fn expires_after(&self) -> Option<Duration> {
        self.0.ttl
    }
    /// How often expired entries are looked for.
    pub fn sweeps_every(&self) -> Duration {
        self.0.sweep
    }
}
