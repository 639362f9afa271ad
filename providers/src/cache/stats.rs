//! What a cache has done so far.

/// What a [`ResponseCache`](super::ResponseCache) has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseCacheStats {
    /// Requests that were answered without asking: out of memory, out of the file, or with the reply of an equal
    /// request that was under way.
    pub hits: u64,
    /// Of these, those answered out of the file.
    pub disk_hits: u64,
    /// Of these, those that waited for an equal request.
    pub waited: u64,
    /// Requests for which a model was asked, or could not be ([`CachePolicy::Only`](sigflow_core::CachePolicy)). Those
    /// that went past the cache are in no count.
    pub misses: u64,
    /// Entries that left memory because there was no room or they had expired.
    pub evictions: u64,
    /// Entries in memory now.
    pub size: usize,
    /// Bytes of requests and replies in memory now.
    pub bytes: usize,
    /// What the disk did not do: reads and writes that failed, damaged entries, or a file of no use.
    pub disk_faults: u64,
    /// How often the disk was left alone because it did not come in time, or its file could not be opened; while it is, the
    /// cache goes on in memory.
    pub disk_pauses: u64,
    /// The entries in memory used last, the latest first.
    pub hottest: Vec<HotResponse>,
}

/// An entry of a cache, without what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HotResponse {
    /// A short name for the request; the same for an equal request, as long as this cache lives.
    pub request: String,
    /// The model that answered, in the server's words.
    pub model: String,
    /// How often it was used, its making included.
    pub uses: u64,
}
