//! How large a cache of responses is, what goes first, and where its disk is.
use super::{ResponseCache, disk::Disk};
use sigflow_core::{CacheBounds, Error, Eviction};
use sigflow_journal::{Durability, Journal, Keep};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// Settings of a [`ResponseCache`].
///
/// ```
/// use sigflow_core::Eviction;
/// use sigflow_providers::ResponseCache;
/// use std::time::Duration;
///
/// let cache = ResponseCache::builder().capacity(100).eviction(Eviction::Lfu).ttl(Duration::from_secs(60)).build();
/// assert_eq!(cache.bounds().entries, 100);
/// ```
#[derive(Clone)]
#[must_use = "a builder makes nothing until `build()`"]
pub struct ResponseCacheBuilder {
    pub(super) bounds: CacheBounds,
    place: Option<Place>,
    durability: Durability,
    disk: Keep,
    on_trouble: Option<Hook>,
}

/// Told of everything that the disk did not do.
pub(super) type Hook = Arc<dyn Fn(&Error) + Send + Sync>;

#[derive(Clone)]
pub(super) enum Place {
    Path(PathBuf),
    Open(Journal),
}

/// 10,000 entries and 128 MiB in memory, the least recently used goes first, no expiry, no disk.
impl Default for ResponseCacheBuilder {
    fn default() -> Self {
        let mut bounds = CacheBounds::default();
        bounds.bytes = 128 << 20;
        ResponseCacheBuilder {
            bounds,
            place: None,
            durability: Durability::Power,
            disk: Keep::all().entries(100_000).bytes(1 << 30),
            on_trouble: None,
        }
    }
}

impl ResponseCacheBuilder {
    /// At most so many entries in memory; none with 0.
    pub fn capacity(mut self, entries: usize) -> Self {
        self.bounds.entries = entries;
        self
    }
    /// At most so many bytes in memory, requests and replies together; 128 MiB unless set.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bounds.bytes = bytes;
        self
    }
    /// Which entry in memory goes first when there is no room.
    pub fn eviction(mut self, eviction: Eviction) -> Self {
        self.bounds.eviction = eviction;
        self
    }
    /// How long a reply may be used after it was made, also out of the file; without it, for ever.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.bounds.ttl = Some(ttl);
        self
    }
    /// How often expired entries are looked for: 5 minutes unless set. There is no thread: the next use after this
    /// time does it.
    pub fn sweep_every(mut self, period: Duration) -> Self {
        self.bounds.sweep = period;
        self
    }
    /// Replies are kept in this file too. It is opened, or made, at the first use.
    pub fn disk(mut self, path: impl Into<PathBuf>) -> Self {
        self.place = Some(Place::Path(path.into()));
        self
    }
    /// Replies are kept in a journal that is open already, beside what others keep there.
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.place = Some(Place::Open(journal.clone()));
        self
    }
    /// What a reply in the file of [`disk`](Self::disk) survives; a power failure too, unless told otherwise.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }
    /// At most so many replies in the file, and so many bytes of requests and replies; the oldest go first. 100,000 and
    /// 1 GiB unless set. It is looked after every 256 replies, so there may be as many more.
    pub fn disk_bounds(mut self, entries: u64, bytes: u64) -> Self {
        self.disk = Keep::all().entries(entries).bytes(bytes);
        self
    }
    /// Is told of everything that the disk did not do, while the cache goes on without it: for logs. That a disk is left
    /// alone is told once, until it comes again. It must not wait.
    ///
    /// ```
    /// use sigflow_providers::ResponseCache;
    ///
    /// let cache = ResponseCache::builder().disk("replies.db").on_trouble(|error| eprintln!("{error}")).build();
    /// ```
    pub fn on_trouble(mut self, tell: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        self.on_trouble = Some(Arc::new(tell));
        self
    }
    /// The cache. Nothing is opened yet: [`ResponseCache::ready`] does it at once.
    pub fn build(self) -> ResponseCache {
        let keep = match self.bounds.ttl {
            Some(ttl) => self.disk.younger(ttl),
            None => self.disk,
        };
        let (ttl, durability, tell) = (self.bounds.ttl, self.durability, self.on_trouble);
        let disk = self
            .place
            .map(|place| Disk::new(place, durability, keep, ttl, tell));
        ResponseCache::of(self.bounds, disk)
    }
}

impl fmt::Debug for ResponseCacheBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseCacheBuilder")
            .field("bounds", &self.bounds)
            .field("has_disk", &self.place.is_some())
            .field("durability", &self.durability)
            .field("disk", &self.disk)
            .finish_non_exhaustive()
    }
}
