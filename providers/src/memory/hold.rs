//! Bytes without a buffer of their own.
use super::MemoryGauge;

/// Bytes that are counted until this is dropped.
#[must_use = "dropped, its bytes are no longer counted"]
#[derive(Debug)]
pub struct Held {
    gauge: MemoryGauge,
    name: &'static str,
    bytes: u64,
}

impl Held {
    pub(super) const fn new(gauge: MemoryGauge, name: &'static str) -> Self {
        Held {
            gauge,
            name,
            bytes: 0,
        }
    }
    /// There are more of them.
    pub fn grow(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.gauge.more(self.name, bytes as u64);
    }
    /// How many.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.gauge.less(self.name, self.bytes);
    }
}
