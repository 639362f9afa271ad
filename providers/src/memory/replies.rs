//! Replies under way, counted where they arrive.
use super::{Held, MemoryGauge};
use crate::middleware::{End, Middleware, Outbound, Watch};
use sigflow_core::Result;

/// Middleware that counts what clients hold: requests while they are sent, replies as they arrive, until they are
/// over. New requests wait outside while the gauge is at its highest level.
///
/// ```
/// use sigflow_providers::{OpenAi, memory::{MemoryGauge, Replies}};
///
/// let gauge = MemoryGauge::new(256 << 20);
/// let model = OpenAi::builder("gpt-5-mini").middleware(Replies::new(&gauge)).build()?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replies(MemoryGauge);

impl Replies {
    /// Counts them in this gauge.
    pub fn new(gauge: &MemoryGauge) -> Self {
        Replies(gauge.clone())
    }
}

impl Middleware for Replies {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        self.0.admit()?;
        let held = self.0.hold("stream", request.body().len());
        Ok(Some(Box::new(Reply(held))))
    }
}

struct Reply(Held);

impl Watch for Reply {
    fn piece(&mut self, bytes: &[u8]) {
        self.0.grow(bytes.len());
    }
    /// What is read is the caller's; dropping this ends the count.
    fn end(&mut self, _: &End<'_>) {}
}
