//! What every provider's wire format stands on: one request out, one whole reply in, and an error
//! that says which server failed, how, and in its own words.
// A build with few providers leaves unused what only others need.
#![allow(dead_code)]
pub(crate) mod body;
pub(crate) mod client;
mod headers;
pub(crate) mod limit;
pub(crate) mod open;
mod redirect;
pub(crate) mod retry_after;
pub(crate) mod said;
mod sent;
pub(crate) mod sse;
pub(crate) mod status;

use crate::secret::Redactor;
use ::http::header::{AsHeaderName, HeaderMap, HeaderName};
use sigflow_core::{Error, ErrorKind};

/// How many of what a client has, as far as the user said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Calls under way at the same time.
    pub(crate) calls: usize,
    /// Idle connections that are kept for each host.
    pub(crate) idle: usize,
    /// Redirects that a call follows.
    pub(crate) redirects: usize,
}

impl Default for Traffic {
    fn default() -> Self {
        Traffic {
            calls: 50,
            idle: 20,
            redirects: 0,
        }
    }
}

/// The longest reply that is read, in bytes.
pub(crate) const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// The other side, as errors name it.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Host, and port where it is not the scheme's: `127.0.0.1:11434`.
    pub(crate) host: String,
    /// Where requests go, without anything secret.
    pub(crate) url: String,
    pub(crate) model: String,
    /// Whether a key or a header of the user's goes with each request.
    pub(crate) with_key: bool,
    /// How a user gives the key: `set OPENAI_API_KEY`.
    pub(crate) key_hint: &'static str,
    pub(crate) redactor: Redactor,
}

impl Peer {
    /// Host and port apart; the port of the scheme where the URL names none.
    pub(crate) fn server(&self) -> (&str, Option<u16>) {
        let scheme = match self.url.split_once("://") {
            Some(("https", _)) => Some(443),
            Some(("http", _)) => Some(80),
            _ => None,
        };
        match self.host.rsplit_once(':') {
            // an address of version 6 without a port ends with a bracket
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok().or(scheme)),
            _ => (&self.host, scheme),
        }
    }
    /// An error that this server had a part in; it begins with the server's name.
    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind, what: impl std::fmt::Display) -> Error {
        Error::new(kind, self.redactor.clean(format!("{}: {what}", self.host)))
    }
}

/// A whole reply: of any status, and possibly cut.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Headers in which servers name a request.
pub(crate) static REQUEST_IDS: [HeaderName; 4] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("request-id"),
    HeaderName::from_static("apim-request-id"),
    HeaderName::from_static("x-amzn-requestid"),
];

/// The server's name for the request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let mut found = REQUEST_IDS.iter().filter_map(|name| text(headers, name));
    found.next().map(str::to_owned)
}

/// A header as text; one that is not text counts as missing.
fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
}

impl Reply {
    /// The server's name for the request.
    pub(crate) fn request_id(&self) -> Option<String> {
        request_id(&self.headers)
    }

    /// A header as text; one that is not text counts as missing.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        text(&self.headers, name)
    }

    /// The error with all that came: status, name, and the body without secrets.
    #[cold]
    pub(crate) fn attach(self, error: Error, peer: &Peer) -> Error {
        let error = match self.request_id() {
            Some(id) => error.with_request_id(peer.redactor.clean(id)),
            None => error,
        };
        error
            .with_status(self.status)
            .with_raw_reply(peer.redactor.clean(self.body))
    }
}
