//! The cache of responses as a buffer.
use super::Sheds;
use crate::ResponseCache;

/// What memory has of it gives way, first what is the first to go; the file stays.
impl Sheds for ResponseCache {
    fn name(&self) -> &'static str {
        "cache"
    }
    fn bytes(&self) -> usize {
        ResponseCache::bytes(self)
    }
    fn shed(&self, wanted: usize) -> usize {
        self.make_room(wanted)
    }
}
