//! Signatures that were made, kept for the next use.
use super::{DynSignature, registry::TypeRegistry, settings::SignatureCacheBuilder};
use crate::{
    Bounded, Result,
    run::timer,
    telemetry::{Measurement, Meter, measure},
};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// A bounded cache of signatures made of strings: a value, there is no global one. Cheap to clone; clones
/// share what they keep.
///
/// By default 10,000 entries and 128 MiB, of which the least recently used goes first, and no expiry. What is
/// kept includes the rendered prompts.
///
/// ```
/// use sigflow_core::SignatureCache;
///
/// let cache = SignatureCache::new();
/// let one = cache.parse("question -> answer")?;
/// let two = cache.parse("question -> answer")?;
/// assert_eq!(one, two);
/// let stats = cache.stats(5);
/// assert_eq!((stats.hits, stats.misses, stats.size), (1, 1, 1));
/// assert_eq!(stats.hottest, ["question -> answer"]);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone)]
pub struct SignatureCache(Arc<Shared>);

struct Shared {
    settings: SignatureCacheBuilder,
    kept: Mutex<Kept>,
}

impl SignatureCacheBuilder {
    /// The cache.
    pub fn build(self) -> SignatureCache {
        let kept = Kept {
            entries: Bounded::new(self.0.clone()),
            counts: CacheStats::default(),
        };
        SignatureCache(Arc::new(Shared {
            settings: self,
            kept: Mutex::new(kept),
        }))
    }
}

/// What a [`SignatureCache`] has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// Uses that found their signature, or waited for the one who was making it.
    pub hits: u64,
    /// Uses that made it.
    pub misses: u64,
    /// Entries that went because the cache was full or they had expired.
    pub evictions: u64,
    /// Entries now.
    pub size: usize,
    /// Bytes that they take, about.
    pub bytes: usize,
    /// The entries used last, the latest first.
    pub hottest: Vec<String>,
}

/// The text, and the fingerprint of the types it may name.
type Key = Arc<(String, u64)>;
/// Empty while it is being made: others wait at its lock, which takes microseconds.
type Slot = Arc<Mutex<Option<DynSignature>>>;

struct Kept {
    entries: Bounded<Key, Slot>,
    /// Hits and misses: the rest is the map's.
    counts: CacheStats,
}

impl SignatureCache {
    /// A cache with the default settings.
    pub fn new() -> Self {
        Self::builder().build()
    }
    /// A cache with settings of your own.
    pub fn builder() -> SignatureCacheBuilder {
        SignatureCacheBuilder::default()
    }
    /// The settings in force.
    pub fn settings(&self) -> &SignatureCacheBuilder {
        &self.0.settings
    }
    /// [`DynSignature::parse`], once for each text.
    pub fn parse(&self, text: &str) -> Result<DynSignature> {
        self.parse_with(text, &TypeRegistry::new())
    }
    /// [`DynSignature::parse_with`], once for each text and registry.
    pub fn parse_with(&self, text: &str, types: &TypeRegistry) -> Result<DynSignature> {
        self.get(timer::now(), text, types.fingerprint(), || {
            DynSignature::made(text, types)
        })
    }

    /// Of several who ask for one text at once, one makes it and the others wait. An error is not kept.
    fn get(
        &self,
        now: Instant,
        text: &str,
        types: u64,
        compile: impl FnOnce() -> Result<DynSignature>,
    ) -> Result<DynSignature> {
        let began = crate::telemetry::begins();
        let key = Arc::new((text.to_owned(), types));
        let slot = self.changed(|kept| kept.slot(&key, now));
        let mut held = lock(&slot);
        if let Some(signature) = &*held {
            let signature = signature.clone();
            drop(held);
            // it may have been rendered since
            let bytes = weight(&key, &signature);
            self.changed(|kept| {
                kept.counts.hits += 1;
                kept.weigh(&key, &slot, bytes);
            });
            let found = Ok(signature);
            crate::telemetry::compiled(began, text, &found, true);
            return found;
        }
        let made = compile();
        let mut bytes = 0;
        if let Ok(signature) = &made {
            *held = Some(signature.clone());
            bytes = weight(&key, signature);
        }
        drop(held);
        self.changed(|kept| {
            kept.counts.misses += 1;
            if made.is_err() {
                kept.forget(&key, &slot);
            } else {
                kept.weigh(&key, &slot, bytes);
            }
        });
        made
    }
    /// Changes what is kept, and says how many entries had to go for it.
    fn changed<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        let mut kept = self.kept();
        let before = kept.entries.evictions();
        let changed = change(&mut kept);
        let gone = kept.entries.evictions() - before;
        drop(kept);
        if gone > 0 {
            #[allow(clippy::cast_precision_loss)] // no more than there were
            let gone = gone as f64;
            measure(&Measurement::new(Meter::GcEvents, "signatures", gone));
        }
        changed
    }

    /// Counters, and the `hottest` entries by their last use.
    pub fn stats(&self, hottest: usize) -> CacheStats {
        let kept = self.kept();
        let hottest = kept.entries.hottest(hottest).into_iter();
        CacheStats {
            size: kept.entries.len(),
            bytes: kept.entries.bytes(),
            evictions: kept.entries.evictions(),
            hottest: hottest.map(|(key, ..)| key.0.clone()).collect(),
            ..kept.counts.clone()
        }
    }
    /// Bytes that all entries take, about.
    pub fn bytes(&self) -> usize {
        self.kept().entries.bytes()
    }
    /// Lets entries go, first what is the first to go, until so many bytes are free or none is left; says how many are.
    pub fn make_room(&self, wanted: usize) -> usize {
        let mut kept = self.kept();
        let before = kept.entries.bytes();
        let goal = before.saturating_sub(wanted);
        while kept.entries.bytes() > goal && kept.entries.evict() {}
        before - kept.entries.bytes()
    }
    /// Forgets all entries; counters stay.
    pub fn clear(&self) {
        self.kept().entries.clear();
    }
    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.0.kept)
    }
}

/// Of an entry with its places in the map and in the order.
fn weight(key: &Key, signature: &DynSignature) -> usize {
    const PLACE: usize = 256;
    PLACE + key.0.len() + signature.bytes()
}

/// A panic elsewhere leaves entries whole: each change is complete before the lock is let go.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    /// The slot of a key, used now.
    fn slot(&mut self, key: &Key, now: Instant) -> Slot {
        if let Some(slot) = self.entries.get(key, now) {
            return slot.clone();
        }
        let slot = Slot::default();
        self.entries.insert(key.clone(), slot.clone(), 0, now, now);
        slot
    }
    /// Says how large an entry is, unless another stands there by now.
    fn weigh(&mut self, key: &Key, slot: &Slot, bytes: usize) {
        let known = self.entries.peek(key);
        if known.is_some_and(|known| Arc::ptr_eq(known, slot)) {
            self.entries.weigh(key, bytes);
        }
    }
    /// Removes what could not be made, unless another entry stands there by now.
    fn forget(&mut self, key: &Key, slot: &Slot) {
        if let Some(known) = self.entries.peek(key)
            && Arc::ptr_eq(known, slot)
            && lock(slot).is_none()
        {
            self.entries.remove(key);
        }
    }
}

impl Default for SignatureCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureCache")
            .field("settings", &self.0.settings)
            .field("stats", &self.stats(0))
            .finish()
    }
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
