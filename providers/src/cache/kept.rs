//! What is kept, in memory and on disk.
use super::{
    HotResponse, ResponseCacheBuilder, ResponseCacheStats, disk::Disk, flight::Flights, key::Key,
    stranger::Strangers,
};
use crate::calling::clock;
use sigflow_core::{
    Bounded, CacheBounds, Completion, Error, ErrorKind, FinishReason, LanguageModel, Response,
    Result,
    telemetry::{Event, EventKind, Measurement, Meter, emit, measure},
};
use std::{
    fmt,
    hash::RandomState,
    mem::size_of,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// Replies that were paid for: see the [module](super). A value, there is no global one; one serves any number of
/// models. Cheap to clone; clones share what they keep.
///
/// By default 10,000 entries and 128 MiB in memory, of which the least recently used goes first, and no disk.
#[derive(Clone)]
pub struct ResponseCache(Arc<Shared>);

struct Shared {
    bounds: CacheBounds,
    memory: Mutex<Bounded<Key, Arc<Response>>>,
    disk: Option<Disk>,
    flights: Flights,
    strangers: Strangers,
    counts: Counts,
    random: RandomState,
}

#[derive(Default)]
pub(super) struct Counts {
    hits: AtomicU64,
    disk_hits: AtomicU64,
    waited: AtomicU64,
    misses: AtomicU64,
}

/// How a request was answered.
#[derive(Clone, Copy)]
pub(super) enum Counted {
    Memory,
    Disk,
    Waited,
    Missed,
}

impl ResponseCache {
    /// A cache with the default settings.
    pub fn new() -> Self {
        Self::builder().build()
    }
    /// A cache with settings of your own.
    pub fn builder() -> ResponseCacheBuilder {
        ResponseCacheBuilder::default()
    }
    pub(super) fn of(bounds: CacheBounds, disk: Option<Disk>) -> Self {
        ResponseCache(Arc::new(Shared {
            memory: Mutex::new(Bounded::new(bounds.clone())),
            bounds,
            disk,
            flights: Flights::default(),
            strangers: Strangers::default(),
            counts: Counts::default(),
            random: RandomState::new(),
        }))
    }
    /// The bounds of memory.
    pub fn bounds(&self) -> &CacheBounds {
        &self.0.bounds
    }
    /// Opens the file now, for those who want to know at the start whether it is of use. Without a disk there is
    /// nothing to open.
    ///
    /// # Errors
    /// With a [`Fault`](sigflow_journal::Fault). The cache works without its disk then.
    pub async fn ready(&self) -> Result<()> {
        match &self.0.disk {
            Some(disk) => disk.ready().await,
            None => Ok(()),
        }
    }
    /// What the disk did not do the last time that it did not. Nothing if all is well.
    pub fn trouble(&self) -> Option<Error> {
        self.0.disk.as_ref()?.last()
    }
    /// Counters, and the `hottest` entries by their last use.
    pub fn stats(&self, hottest: usize) -> ResponseCacheStats {
        let counts = &self.0.counts;
        let memory = self.memory();
        let hottest = memory.hottest(hottest).into_iter();
        ResponseCacheStats {
            hits: counts.hits.load(Relaxed),
            disk_hits: counts.disk_hits.load(Relaxed),
            waited: counts.waited.load(Relaxed),
            misses: counts.misses.load(Relaxed),
            evictions: memory.evictions(),
            size: memory.len(),
            bytes: memory.bytes(),
            disk_faults: self.0.disk.as_ref().map_or(0, Disk::faults),
            disk_pauses: self.0.disk.as_ref().map_or(0, Disk::pauses),
            hottest: hottest
                .map(|(key, response, uses)| HotResponse {
                    request: key.to_string(),
                    model: response.model.clone(),
                    uses,
                })
                .collect(),
        }
    }
    /// Lets all entries in memory go; the file and the counters stay.
    pub fn clear(&self) {
        self.memory().clear();
    }
    /// Bytes of all entries in memory, about. Quick: they are added up as entries come and go.
    pub fn bytes(&self) -> usize {
        self.memory().bytes()
    }
    /// Lets the entry in memory go that is the first to go, and says whether there was one: for those who need room.
    pub fn evict(&self) -> bool {
        self.memory().evict()
    }
    /// Lets entries in memory go, first what is the first to go, until so many bytes are free or none is left; says how
    /// many are.
    pub fn make_room(&self, wanted: usize) -> usize {
        let mut memory = self.memory();
        let before = memory.bytes();
        let goal = before.saturating_sub(wanted);
        while memory.bytes() > goal && memory.evict() {}
        before - memory.bytes()
    }

    /// A request to a model that says which it is.
    pub(super) fn key(&self, request: Vec<u8>) -> Key {
        Key::new(request, true, &self.0.random)
    }
    /// A request to a model that has only a number, of this cache's.
    pub(super) fn passing_key(&self, mut request: Vec<u8>, stranger: u64) -> Key {
        // behind what is whole: no request to a model that says which it is has these bytes
        request.extend_from_slice(&stranger.to_le_bytes());
        Key::new(request, false, &self.0.random)
    }
    /// The number of a model that does not say which it is.
    pub(super) fn stranger(&self, model: &Arc<dyn LanguageModel>) -> u64 {
        let (number, is_new) = self.0.strangers.number(model);
        if let (true, Some(disk)) = (is_new, &self.0.disk) {
            disk.trouble(nameless(model.name()));
        }
        number
    }
    pub(super) fn flights(&self) -> &Flights {
        &self.0.flights
    }
    pub(super) fn count(&self, how: Counted) {
        let counts = &self.0.counts;
        let more = |count: &AtomicU64| count.fetch_add(1, Relaxed);
        match how {
            Counted::Missed => more(&counts.misses),
            Counted::Memory => more(&counts.hits),
            Counted::Disk => more(&counts.hits).min(more(&counts.disk_hits)),
            Counted::Waited => more(&counts.hits).min(more(&counts.waited)),
        };
        let kind = match how {
            Counted::Missed => EventKind::CacheMiss,
            Counted::Memory | Counted::Disk | Counted::Waited => EventKind::CacheHit,
        };
        emit(|| Event::new(kind).component("responses"));
    }
    /// What memory has.
    pub(super) fn remembered(&self, key: &Key) -> Option<Arc<Response>> {
        let found = self.changed(|memory| memory.get(key, clock::now()).cloned())?;
        self.count(Counted::Memory);
        Some(found)
    }
    /// What memory or disk has.
    pub(super) async fn find(&self, key: &Key) -> Option<Arc<Response>> {
        if let Some(found) = self.remembered(key) {
            return Some(found);
        }
        let disk = self.0.disk.as_ref().filter(|_| key.lasts)?;
        let (response, made) = disk.get(key.bytes()).await?;
        self.count(Counted::Disk);
        let response = Arc::new(response.from_cache());
        self.remember(key, &response, made);
        Some(response)
    }
    /// Keeps a reply: at once in memory; on disk when this comes back, if the disk does its part.
    pub(super) async fn keep(
        &self,
        key: &Key,
        response: &Response,
        deadline: Option<Instant>,
    ) -> Arc<Response> {
        let mut kept = response.clone();
        kept.raw = None;
        let kept = Arc::new(kept.from_cache());
        if is_whole(response) {
            self.remember(key, &kept, clock::now());
            if let Some(disk) = self.0.disk.as_ref().filter(|_| key.lasts) {
                disk.put(key.bytes(), &kept, deadline).await;
            }
        }
        kept
    }
    fn remember(&self, key: &Key, response: &Arc<Response>, made: Instant) {
        let bytes = key.bytes().len() + weight(response);
        let now = clock::now();
        self.changed(|memory| memory.insert(key.clone(), response.clone(), bytes, made, now));
    }
    /// Changes memory, and says how many entries had to go for it.
    fn changed<T>(&self, change: impl FnOnce(&mut Bounded<Key, Arc<Response>>) -> T) -> T {
        let mut memory = self.memory();
        let before = memory.evictions();
        let changed = change(&mut memory);
        let gone = memory.evictions() - before;
        drop(memory);
        if gone > 0 {
            #[allow(clippy::cast_precision_loss)] // no more than there were
            let gone = gone as f64;
            measure(&Measurement::new(Meter::GcEvents, "cache", gone));
        }
        changed
    }
    /// A panic elsewhere leaves the map whole: each change is complete before the lock is let go.
    fn memory(&self) -> MutexGuard<'_, Bounded<Key, Arc<Response>>> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cold]
fn nameless(model: &str) -> Error {
    let message = format!(
        "the model `{model}` does not say which it is, so its replies are kept in memory only; implement `LanguageModel::identity`, or name it by `Cached::known_as`"
    );
    Error::new(ErrorKind::Configuration, message)
}

/// Whether a reply is one that can be given again: it says something, and no filter cut it.
fn is_whole(response: &Response) -> bool {
    let cut =
        |completion: &Completion| completion.finish_reason == Some(FinishReason::ContentFilter);
    !response.completions.is_empty() && !response.completions.iter().any(cut)
}

/// Bytes in memory, about; what is on the heap is counted to the byte.
fn weight(response: &Response) -> usize {
    /// Of a place in the map and in the order, with their keys.
    const PLACE: usize = 256;
    let each = response.completions.iter().map(|completion| {
        let calls = completion.tool_calls.iter();
        let calls = calls.map(|call| call.id.len() + call.name.len() + call.arguments.len() + 72);
        let cited = completion.citations.iter();
        let cited = cited.map(|cited| {
            let may = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            cited.cited_text.len() + may(&cited.document_title) + may(&cited.supported_text) + 160
        });
        let tokens = completion.logprobs.iter();
        let tokens = tokens.flat_map(|token| std::iter::once(&token.chosen).chain(&token.top));
        let tokens = tokens.map(|token| token.token.len() + 56);
        let replay = completion.replay.iter();
        // as text: a tree of values takes about twice its text
        let replay = replay.map(|block| 2 * block.block.to_string().len() + 56);
        let sums = [
            calls.sum(),
            cited.sum(),
            tokens.sum(),
            replay.sum::<usize>(),
        ];
        let reasoning = completion.reasoning.as_ref().map_or(0, String::len);
        size_of::<Completion>() + completion.text.len() + reasoning + sums.iter().sum::<usize>()
    });
    let request_id = response.request_id.as_ref().map_or(0, String::len);
    PLACE + size_of::<Response>() + response.model.len() + request_id + each.sum::<usize>()
}

impl Default for ResponseCache {
    fn default() -> Self {
        Self::new()
    }
}

/// Without what was asked and answered.
impl fmt::Debug for ResponseCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseCache")
            .field("bounds", self.bounds())
            .field("stats", &self.stats(0))
            .field("trouble", &self.trouble())
            .finish()
    }
}
