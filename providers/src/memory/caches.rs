//! The cache of responses as a buffer.
use super::Sheds;
use crate::ResponseCache;

/// What memory has of it gives way, first what is the first to go; the file stays.
impl Sheds for ResponseCache {
    fn name(&self) -> &'static str {
        "cache"
    }
    fn bytes(&self) -> usize {
        self.stats(0).bytes
    }
    fn shed(&self, wanted: usize) -> usize {
        let before = self.bytes();
        let freed = || before.saturating_sub(self.bytes());
        while freed() < wanted && self.evict() {}
        freed()
    }
}
