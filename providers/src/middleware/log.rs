//! A line for each request, and one for its end.
use super::{End, Middleware, Outbound, ReplyHead, Scrubber, Watch};
use sigflow_core::Result;
use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// Writes two lines for each request: when it goes, and how it ended. No line holds a key or any of the texts.
///
/// ```text
/// #1 POST https://api.openai.com/v1/chat/completions, model gpt-5-mini, 1834 bytes
/// #1 200 after 812 ms: whole, 2211 bytes in 3 pieces, request id req_8f2
/// ```
///
/// ```
/// use sigflow_providers::{OpenAi, middleware::Log};
///
/// let model = OpenAi::builder("gpt-5-mini").middleware(Log::new(|line| eprintln!("{line}"))).build()?;
/// let traced = OpenAi::builder("gpt-5-mini").middleware(Log::traced()).build()?;
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub struct Log {
    write: Arc<dyn Fn(&str) + Send + Sync>,
    count: AtomicU64,
}

impl Log {
    /// Gives each line to `write`.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Log {
            write: Arc::new(write),
            count: AtomicU64::new(0),
        }
    }
    /// Writes the lines as events of `tracing`, at level debug, with target `sigflow::http`.
    pub fn traced() -> Self {
        Log::new(|line| tracing::debug!(target: "sigflow::http", "{line}"))
    }
}

impl Middleware for Log {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        let number = 1 + self.count.fetch_add(1, Ordering::Relaxed);
        (self.write)(&format!(
            "#{number} {} {}, model {}{}, {} bytes",
            request.method(),
            request.url(),
            request.model(),
            if request.is_stream() {
                ", streamed"
            } else {
                ""
            },
            request.body().len()
        ));
        Ok(Some(Box::new(Line {
            write: self.write.clone(),
            scrubber: request.scrubber(),
            number,
            start: Instant::now(),
            status: None,
            request_id: None,
            bytes: 0,
            pieces: 0,
        })))
    }
}

struct Line {
    write: Arc<dyn Fn(&str) + Send + Sync>,
    scrubber: Scrubber,
    number: u64,
    start: Instant,
    status: Option<u16>,
    request_id: Option<String>,
    bytes: usize,
    pieces: usize,
}

impl Watch for Line {
    fn head(&mut self, head: &ReplyHead<'_>) {
        self.status = Some(head.status());
        let id = crate::http::REQUEST_IDS
            .iter()
            .find_map(|name| head.header(name.as_str()));
        self.request_id = id.map(Cow::into_owned);
    }
    fn piece(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.pieces += 1;
    }
    fn end(&mut self, end: &End<'_>) {
        let status = self
            .status
            .map_or("no reply".to_owned(), |status| status.to_string());
        let how = match end {
            End::Whole => "whole".to_owned(),
            End::Failed(error) => self.scrubber.clean(error.to_string()).into_owned(),
            End::Left => "left".to_owned(),
        };
        let mut line = format!(
            "#{} {status} after {} ms: {how}, {} bytes in {} pieces",
            self.number,
            self.start.elapsed().as_millis(),
            self.bytes,
            self.pieces
        );
        if let Some(id) = &self.request_id {
            line.push_str(", request id ");
            line.push_str(id);
        }
        (self.write)(&line);
    }
}
