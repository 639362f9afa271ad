//! A map that is bounded in entries and bytes: what the caches of signatures and of responses stand on.
mod evict;
mod last;
#[cfg(test)]
mod tests;

pub use evict::Eviction;
pub(crate) use last::{Keeps, Last, Weighs};

use evict::{Order, Usage};
use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

/// How large a [`Bounded`] is, and what goes first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheBounds {
    /// At most so many entries; none with 0.
    pub entries: usize,
    /// At most so many bytes of all entries together, as their owner counts them.
    pub bytes: usize,
    /// Which entry goes first when there is no room.
    pub eviction: Eviction,
    /// How long an entry may be used after it was made; without it, for ever.
    pub ttl: Option<Duration>,
    /// How often expired entries are looked for. There is no thread: the next use after this time does it.
    pub sweep: Duration,
}

/// 10,000 entries of any size, the least recently used goes first, no expiry; swept every 5 minutes.
impl Default for CacheBounds {
    fn default() -> Self {
        CacheBounds {
            entries: 10_000,
            bytes: usize::MAX,
            eviction: Eviction::Lru,
            ttl: None,
            sweep: Duration::from_mins(5),
        }
    }
}

/// A map that is bounded in entries and bytes, and knows what goes first. It has no lock and no clock of its own: who
/// uses it says when.
///
/// ```
/// use sigflow_core::{Bounded, CacheBounds};
/// use std::time::Instant;
///
/// let mut bounds = CacheBounds::default();
/// bounds.bytes = 10;
/// let (mut kept, now) = (Bounded::new(bounds), Instant::now());
/// kept.insert("a", 1, 6, now, now);
/// kept.insert("b", 2, 6, now, now);
/// assert_eq!(kept.get("a", now), None);
/// assert_eq!(kept.get("b", now), Some(&2));
/// assert_eq!((kept.len(), kept.bytes(), kept.evictions()), (1, 6, 1));
/// ```
#[derive(Debug)]
pub struct Bounded<K, V> {
    bounds: CacheBounds,
    entries: HashMap<K, Entry<V>>,
    order: Order<K>,
    bytes: usize,
    /// One for each use: an order of uses without a clock.
    tick: u64,
    swept: Option<Instant>,
    evictions: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    usage: Usage,
    made: Instant,
}

impl<K: Hash + Eq + Clone, V> Bounded<K, V> {
    /// An empty one.
    pub fn new(bounds: CacheBounds) -> Self {
        Bounded {
            order: Order::new(bounds.eviction),
            bounds,
            entries: HashMap::new(),
            bytes: 0,
            tick: 0,
            swept: None,
            evictions: 0,
        }
    }
    /// The bounds in force.
    pub fn bounds(&self) -> &CacheBounds {
        &self.bounds
    }
    /// The value of a key that has not expired, used now.
    pub fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q, now: Instant) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.tick += 1;
        self.sweep(now);
        let ttl = self.bounds.ttl;
        if self
            .entries
            .get(key)
            .is_some_and(|entry| entry.is_old(ttl, now))
        {
            self.remove(key);
            self.evictions += 1;
        }
        let entry = self.entries.get_mut(key)?;
        let before = entry.usage;
        entry.usage = Usage {
            used: self.tick,
            uses: before.uses + 1,
            ..before
        };
        self.order.moved(&before, &entry.usage);
        Some(&entry.value)
    }
    /// The value of a key, expired or not; this is no use of it.
    pub fn peek<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|entry| &entry.value)
    }
    /// Keeps a value of so many bytes that was made at `made`, and lets others go to have room for it. Whether it is
    /// kept: what is larger than all bounds is not, nor what has expired.
    pub fn insert(&mut self, key: K, value: V, bytes: usize, made: Instant, now: Instant) -> bool {
        self.tick += 1;
        self.sweep(now);
        self.remove(&key);
        let entry = Entry {
            value,
            bytes,
            usage: Usage {
                made: self.tick,
                used: self.tick,
                uses: 1,
            },
            made,
        };
        if self.bounds.entries == 0
            || bytes > self.bounds.bytes
            || entry.is_old(self.bounds.ttl, now)
        {
            return false;
        }
        while self.entries.len() >= self.bounds.entries
            || self.bytes.saturating_add(bytes) > self.bounds.bytes
        {
            if !self.evict() {
                break;
            }
        }
        self.bytes += bytes;
        self.order.insert(&entry.usage, key.clone());
        self.entries.insert(key, entry);
        true
    }
    /// An entry takes so many bytes from now on: of a value that grew, or whose size was not known. Others go if there is
    /// no room for it, or itself if there is none at all.
    pub fn weigh<Q: Hash + Eq + ?Sized>(&mut self, key: &Q, bytes: usize)
    where
        K: Borrow<Q>,
    {
        let Some(entry) = self.entries.get_mut(key) else {
            return;
        };
        self.bytes = self.bytes - entry.bytes + bytes;
        entry.bytes = bytes;
        if bytes > self.bounds.bytes {
            self.remove(key);
            self.evictions += 1;
        }
        while self.bytes > self.bounds.bytes && self.evict() {}
    }
    /// Takes an entry out; this is no eviction.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let entry = self.entries.remove(key)?;
        self.order.remove(&entry.usage);
        self.bytes -= entry.bytes;
        Some(entry.value)
    }
    /// Lets the entry go that is the first to go. Whether there was one.
    pub fn evict(&mut self) -> bool {
        let Some(entry) = self.order.pop().and_then(|key| self.entries.remove(&key)) else {
            return false;
        };
        self.bytes -= entry.bytes;
        self.evictions += 1;
        true
    }
    /// Lets all entries go; the count of evictions stays.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.order.clear();
        self.bytes = 0;
    }
    /// Entries now.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
    /// Bytes of all entries, as their owner counted them.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
    /// Entries that went because there was no room or they had expired.
    pub fn evictions(&self) -> u64 {
        self.evictions
    }
    /// The entries used last, the latest first, with how often each was used.
    pub fn hottest(&self, count: usize) -> Vec<(&K, &V, u64)> {
        if count == 0 {
            return Vec::new();
        }
        let mut all: Vec<_> = self.entries.iter().collect();
        if all.len() > count {
            // all are looked at once, and only those asked for are put in order
            all.select_nth_unstable_by_key(count - 1, |(_, entry)| {
                std::cmp::Reverse(entry.usage.used)
            });
            all.truncate(count);
        }
        all.sort_unstable_by_key(|(_, entry)| std::cmp::Reverse(entry.usage.used));
        all.into_iter()
            .map(|(key, entry)| (key, &entry.value, entry.usage.uses))
            .collect()
    }
    /// Looks for expired entries, if it is time.
    fn sweep(&mut self, now: Instant) {
        let Some(ttl) = self.bounds.ttl else { return };
        let last = *self.swept.get_or_insert(now);
        if now.saturating_duration_since(last) < self.bounds.sweep {
            return;
        }
        self.swept = Some(now);
        let old = self.entries.iter();
        let old = old.filter(|(_, entry)| entry.is_old(Some(ttl), now));
        let old: Vec<K> = old.map(|(key, _)| key.clone()).collect();
        for key in &old {
            self.remove(key);
            self.evictions += 1;
        }
    }
}

impl<V> Entry<V> {
    fn is_old(&self, ttl: Option<Duration>, now: Instant) -> bool {
        ttl.is_some_and(|ttl| now.saturating_duration_since(self.made) >= ttl)
    }
}
