//! The cache of signatures as a buffer.
use super::Sheds;
use sigflow_core::SignatureCache;

/// Signatures are made again from their text, so they give way, first what is the first to go.
///
/// ```
/// use sigflow_core::SignatureCache;
/// use sigflow_providers::memory::MemoryGauge;
/// use std::sync::Arc;
///
/// let signatures = SignatureCache::new();
/// let (gauge, buffer) = (MemoryGauge::new(64 << 20), Arc::new(signatures.clone()));
/// gauge.register(&buffer);
/// signatures.parse("question -> answer")?;
/// assert_eq!(gauge.components(), [("signatures".to_owned(), signatures.bytes() as u64)]);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
impl Sheds for SignatureCache {
    fn name(&self) -> &'static str {
        "signatures"
    }
    fn bytes(&self) -> usize {
        SignatureCache::bytes(self)
    }
    fn shed(&self, wanted: usize) -> usize {
        self.make_room(wanted)
    }
}
