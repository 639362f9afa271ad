//! What stands between a client and its server: sees each request before it goes, may change or stop it, and sees
//! what comes back.
//!
//! A [`Middleware`] is asked once for each request, in the order in which
//! [`middleware`](crate::OpenAiBuilder::middleware) was called. It may return a [`Watch`], which then sees the status,
//! the headers, each piece of the body as it arrives, and how it ended. Watches see a reply in the opposite order: who
//! saw the request last, and so as it was sent, sees the reply first. They can change nothing, so that a reply costs no
//! copy.
//!
//! Shipped: [`Log`], [`SetHeader`], [`Capture`]. [Cassettes](crate::Cassette) record by the same means.
//!
//! # Keys
//! No middleware sees a key: headers that hold one read `[redacted]`, URLs come without passwords. A server may repeat
//! what it was sent, so what is kept of a reply should go through [`Scrubber::clean`].
//!
//! # A middleware of one's own
//! ```
//! use sigflow_core::{Error, ErrorKind, Result};
//! use sigflow_providers::{OpenAi, middleware::{Middleware, Outbound, Watch}};
//!
//! /// Sends nothing that is longer than this.
//! struct AtMost(usize);
//!
//! impl Middleware for AtMost {
//!     fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
//!         if request.body().len() > self.0 {
//!             let message = format!("the body is longer than {} bytes; send fewer demos", self.0);
//!             return Err(Error::new(ErrorKind::InvalidInput, message));
//!         }
//!         Ok(None)
//!     }
//! }
//!
//! let model = OpenAi::builder("gpt-5-mini").middleware(AtMost(1_000_000)).build()?;
//! # Ok::<(), Error>(())
//! ```
mod capture;
mod header;
mod log;
mod outbound;
mod watch;

pub use capture::{Capture, Captured};
pub use header::SetHeader;
pub use log::Log;
pub(crate) use outbound::shown;
pub use outbound::{Outbound, Scrubber};
pub use watch::{End, ReplyHead, Watch};

use sigflow_core::Result;
use std::{fmt, sync::Arc};
pub(crate) use watch::Watches;

/// Sees each request of a client, and what comes back.
///
/// See the [module](self) for an example.
pub trait Middleware: Send + Sync + 'static {
    /// A request is about to be sent. It may be changed; the watch that is returned sees the reply.
    ///
    /// # Errors
    /// Whatever the middleware says. The call ends with this error, and nothing is sent.
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>>;
}

impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        (**self).request(request)
    }
}

/// All of a client, in order.
#[derive(Clone, Default)]
pub(crate) struct Chain(Vec<Arc<dyn Middleware>>);

impl Chain {
    pub(crate) fn push(&mut self, middleware: impl Middleware) {
        self.0.push(Arc::new(middleware));
    }
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Shows a request to each, in order; whoever saw it hears of the end, also when a later one stops it.
    pub(crate) fn request(&self, request: &mut Outbound<'_>) -> Result<Watches> {
        let mut watches = Watches::default();
        for middleware in &self.0 {
            match middleware.request(request) {
                Ok(Some(watch)) => watches.push(watch),
                Ok(None) => {}
                Err(error) => {
                    watches.end(&End::Failed(&error));
                    return Err(error);
                }
            }
        }
        Ok(watches)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} middleware", self.0.len())
    }
}
