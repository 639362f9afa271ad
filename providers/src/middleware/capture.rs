//! The last requests and replies, to be looked at.
use super::{End, Middleware, Outbound, ReplyHead, Scrubber, Watch};
use sigflow_core::Result;
use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Keeps the last requests and replies with their bodies, without keys, within a bound of memory.
///
/// It is a handle: clones share what they keep.
///
/// ```
/// use sigflow_providers::{OpenAi, middleware::Capture};
///
/// let capture = Capture::new(20, 64 * 1024);
/// let model = OpenAi::builder("gpt-5-mini").middleware(capture.clone()).build()?;
/// // … calls …
/// for exchange in capture.all() {
///     println!("{} {:?}\n{}", exchange.url, exchange.status, exchange.reply);
/// }
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Capture {
    kept: Arc<Mutex<VecDeque<Captured>>>,
    most: usize,
    bytes: usize,
}

/// One request and what came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// Where the request went.
    pub url: String,
    /// Its body, or the beginning of it.
    pub request: String,
    /// How long the body was, in bytes.
    pub request_bytes: usize,
    /// The status of the reply, if one came.
    pub status: Option<u16>,
    /// Its body, or the beginning of it.
    pub reply: String,
    /// How many bytes of the body came.
    pub reply_bytes: usize,
    /// Why it is not whole, if it is not.
    pub failure: Option<String>,
}

impl Capture {
    /// Keeps the last `exchanges`, of each body the first `bytes`.
    pub fn new(exchanges: usize, bytes: usize) -> Self {
        Capture {
            kept: Arc::default(),
            most: exchanges,
            bytes,
        }
    }
    /// What is kept, the oldest first. A request stands here as soon as its reply has ended.
    pub fn all(&self) -> Vec<Captured> {
        self.lock().iter().cloned().collect()
    }
    /// Forgets all.
    pub fn clear(&self) {
        self.lock().clear();
    }
    fn lock(&self) -> MutexGuard<'_, VecDeque<Captured>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn keep(&self, exchange: Captured) {
        let mut kept = self.lock();
        kept.push_back(exchange);
        while kept.len() > self.most {
            kept.pop_front();
        }
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Capture({} of {})", self.lock().len(), self.most)
    }
}

impl Middleware for Capture {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        let scrubber = request.scrubber();
        let exchange = Captured {
            url: request.url().to_owned(),
            request: beginning(&scrubber.clean(request.body()), self.bytes),
            request_bytes: request.body().len(),
            ..Captured::default()
        };
        Ok(Some(Box::new(Running {
            capture: self.clone(),
            scrubber,
            exchange,
            reply: Vec::new(),
        })))
    }
}

struct Running {
    capture: Capture,
    scrubber: Scrubber,
    exchange: Captured,
    reply: Vec<u8>,
}

impl Watch for Running {
    fn head(&mut self, head: &ReplyHead<'_>) {
        self.exchange.status = Some(head.status());
    }
    fn piece(&mut self, bytes: &[u8]) {
        self.exchange.reply_bytes += bytes.len();
        // a secret that the bound cuts is cleaned as a whole, and cut then
        let most = self.capture.bytes.saturating_add(self.scrubber.longest());
        let room = most.saturating_sub(self.reply.len());
        self.reply
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
    fn end(&mut self, end: &End<'_>) {
        let text = self.scrubber.clean(String::from_utf8_lossy(&self.reply));
        // where the bound cut a secret, its first half stands at the very end
        let is_cut = self.exchange.reply_bytes > self.reply.len();
        let sure = if is_cut {
            text.len().saturating_sub(self.scrubber.longest())
        } else {
            text.len()
        };
        self.exchange.reply = beginning(&text, self.capture.bytes.min(sure));
        self.exchange.failure = match end {
            End::Whole => None,
            End::Failed(error) => Some(self.scrubber.clean(error.to_string()).into_owned()),
            End::Left => Some("the client left".to_owned()),
        };
        self.capture.keep(std::mem::take(&mut self.exchange));
    }
}

/// At most `bytes` of a text, cut between characters.
fn beginning(text: &str, bytes: usize) -> String {
    text[..text.floor_char_boundary(bytes)].to_owned()
}
