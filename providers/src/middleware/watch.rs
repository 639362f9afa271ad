//! What comes back, as watches see it.
use crate::secret::{Redactor, is_secret_header};
use reqwest::header::HeaderMap;
use sigflow_core::Error;
use std::borrow::Cow;

/// Sees the reply to one request, while it arrives.
///
/// No method may block: the reply waits for it.
pub trait Watch: Send {
    /// The status line and the headers came.
    fn head(&mut self, head: &ReplyHead<'_>) {
        let _ = head;
    }
    /// More of the body came, in the pieces in which the connection gave it. The bytes are as they came: what is kept
    /// of them should go through [`Scrubber::clean`](super::Scrubber::clean).
    fn piece(&mut self, bytes: &[u8]) {
        let _ = bytes;
    }
    /// Nothing more will come. Called once, whatever happened.
    fn end(&mut self, end: &End<'_>);
}

/// How a reply ended, as far as the connection knows: what its text says is not looked at.
#[derive(Debug)]
#[non_exhaustive]
pub enum End<'a> {
    /// The body came to its end.
    Whole,
    /// No reply came, or it broke off, or it took too long.
    Failed(&'a Error),
    /// The client left first: a stream had said its last word, or the call was dropped.
    Left,
}

/// Status and headers of a reply.
pub struct ReplyHead<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) redactor: &'a Redactor,
}

impl ReplyHead<'_> {
    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.status
    }
    /// A header, if it is text; without what is secret.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.headers.get(name)?.to_str().ok()?;
        Some(if is_secret_header(name) {
            Cow::Borrowed(crate::secret::REDACTED)
        } else {
            self.redactor.clean(value)
        })
    }
    /// All headers that are text; without what is secret.
    pub fn headers(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.headers.keys().filter_map(|name| {
            let name = name.as_str();
            Some((name, self.header(name)?))
        })
    }
}

/// The watches of one reply.
#[derive(Default)]
pub(crate) struct Watches(Vec<Box<dyn Watch>>);

impl Watches {
    pub(crate) fn push(&mut self, watch: Box<dyn Watch>) {
        self.0.push(watch);
    }
    pub(crate) fn head(&mut self, status: u16, headers: &HeaderMap, redactor: &Redactor) {
        let head = ReplyHead {
            status,
            headers,
            redactor,
        };
        for watch in self.0.iter_mut().rev() {
            watch.head(&head);
        }
    }
    pub(crate) fn piece(&mut self, bytes: &[u8]) {
        for watch in self.0.iter_mut().rev() {
            watch.piece(bytes);
        }
    }
    /// Each hears of one end only.
    pub(crate) fn end(&mut self, end: &End<'_>) {
        for mut watch in std::mem::take(&mut self.0).into_iter().rev() {
            watch.end(end);
        }
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        self.end(&End::Left);
    }
}
