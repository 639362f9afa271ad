//! The HTTP client: a pool of connections, one request at a time, bounded in time and size.
use super::{IDLE_PER_HOST, LONGEST_BODY, Peer, Reply, body};
use reqwest::{Client, Method, Response, Url, header::HeaderMap, redirect::Policy};
use sigflow_core::{Error, ErrorKind, Result};
use std::{
    error::Error as StdError,
    fmt,
    sync::OnceLock,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long each phase of a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    /// From the start to the status line; a server that generates before it answers needs long.
    pub(crate) first_byte: Option<Duration>,
    pub(crate) total: Duration,
}

/// A client of one server.
pub(crate) struct Http {
    url: Url,
    timeouts: Timeouts,
    /// Made by the first call: reading the machine's certificates takes milliseconds, which a program
    /// that starts need not wait for.
    client: OnceLock<Result<Client, String>>,
}

impl Http {
    pub(crate) fn new(url: Url, timeouts: Timeouts) -> Self {
        Http {
            url,
            timeouts,
            client: OnceLock::new(),
        }
    }

    /// Posts one body and reads the whole reply, of whatever status.
    ///
    /// # Errors
    /// `Timeout` names the phase, `Transport` when no whole reply came; what did come is attached.
    pub(crate) async fn post(
        &self,
        headers: HeaderMap,
        body: String,
        deadline: Option<Instant>,
        peer: &Peer,
    ) -> Result<Reply> {
        let mut open = self.open(headers, body, deadline, peer).await?;
        open.whole(peer).await
    }

    /// Posts one body and reads the status and the headers of the reply.
    ///
    /// # Errors
    /// As [`post`](Self::post).
    pub(crate) async fn open(
        &self,
        headers: HeaderMap,
        body: String,
        deadline: Option<Instant>,
        peer: &Peer,
    ) -> Result<Open> {
        // reqwest and the timers panic without a runtime; a caller gets an error like any other.
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "a call needs a tokio runtime; run it under `#[tokio::main]` or `Runtime::block_on`";
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        let limit = Limit::new(self.timeouts.total, deadline);
        if limit.left().is_zero() {
            let name = limit.name();
            let message = format!("the {name} had passed before the call began; nothing was sent");
            return Err(peer.error(ErrorKind::Timeout, message));
        }
        let mut request = reqwest::Request::new(Method::POST, self.url.clone());
        *request.headers_mut() = headers;
        *request.body_mut() = Some(body.into());
        let response = self.head(request, &limit, peer).await?;
        Ok(Open { response, limit })
    }

    /// Up to the status line and the headers.
    async fn head(
        &self,
        request: reqwest::Request,
        limit: &Limit,
        peer: &Peer,
    ) -> Result<Response> {
        let client = self
            .client
            .get_or_init(|| client(&self.url, self.timeouts.connect));
        let client = client
            .as_ref()
            .map_err(|why| peer.error(ErrorKind::Configuration, why))?;
        let first = self.timeouts.first_byte.unwrap_or(Duration::MAX);
        match timeout(first.min(limit.left()), client.execute(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.not_sent(error, peer)),
            Err(_) => {
                let message = if first < limit.span {
                    format!("no first byte within {first:?} (first byte timeout)")
                } else {
                    let passed = limit.passed();
                    format!("{passed} while connecting or waiting for the first byte")
                };
                Err(peer.error(ErrorKind::Timeout, message))
            }
        }
    }

    #[cold]
    fn not_sent(&self, error: reqwest::Error, peer: &Peer) -> Error {
        let cause = deepest(&error);
        let (kind, message) = if error.is_connect() && error.is_timeout() {
            let limit = self.timeouts.connect;
            (
                ErrorKind::Timeout,
                format!("no connection within {limit:?} (connect timeout)"),
            )
        } else if error.is_timeout() {
            (
                ErrorKind::Timeout,
                format!("the connection timed out: {cause}"),
            )
        } else if error.is_builder() {
            (
                ErrorKind::Configuration,
                format!("the request cannot be built: {cause}"),
            )
        } else if error.is_dns() {
            (
                ErrorKind::Transport,
                format!("the name was not found: {cause}"),
            )
        } else if error.is_connect() {
            let hint = if peer.url.starts_with("https:") && !cfg!(feature = "rustls") {
                "; this build has no TLS, the feature `rustls` brings it"
            } else {
                ""
            };
            (
                ErrorKind::Transport,
                format!("no connection: {cause}{hint}"),
            )
        } else if is_no_http(&error) {
            (ErrorKind::Decode, format!("the reply is no HTTP: {cause}"))
        } else {
            (ErrorKind::Transport, format!("no reply: {cause}"))
        };
        peer.error(kind, message).with_source(error.without_url())
    }
}

/// A reply of which the body is still to come.
pub(crate) struct Open {
    response: Response,
    limit: Limit,
}

impl Open {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }
    pub(crate) fn is_success(&self) -> bool {
        self.response.status().is_success()
    }
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }
    /// Whether the body is one JSON text.
    pub(crate) fn is_json(&self) -> bool {
        let kind = self.headers().get(reqwest::header::CONTENT_TYPE);
        kind.and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("application/json"))
    }
    /// The whole body.
    ///
    /// # Errors
    /// As [`Http::post`].
    pub(crate) async fn whole(&mut self, peer: &Peer) -> Result<Reply> {
        whole(&mut self.response, &self.limit, peer).await
    }
    /// The next piece of the body; nothing at its end.
    ///
    /// # Errors
    /// `Timeout` when the call's time is over, `Transport` when the connection broke.
    pub(crate) async fn piece(&mut self, peer: &Peer) -> Result<Option<impl AsRef<[u8]> + use<>>> {
        match timeout(self.limit.left(), self.response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => {
                let message = format!("the stream broke off: {}", deepest(&error));
                let broken = peer.error(ErrorKind::Transport, message);
                Err(broken.with_source(error.without_url()))
            }
            Err(_) => {
                let message = format!("{} while the reply arrived", self.limit.passed());
                Err(peer.error(ErrorKind::Timeout, message))
            }
        }
    }
}

/// The body too. What is cut counts as far as it came: as an error's text, or attached to the error.
async fn whole(response: &mut Response, limit: &Limit, peer: &Peer) -> Result<Reply> {
    let mut bytes = Vec::new();
    let read = body::read(response, &mut bytes, LONGEST_BODY);
    let end = timeout(limit.left(), read).await;
    let reply = Reply {
        status: response.status().as_u16(),
        headers: std::mem::take(response.headers_mut()),
        body: body::text(bytes),
    };
    let error = match end {
        Ok(Ok(())) => return Ok(reply),
        // The status of a failure says more than its body, whole or not.
        _ if reply.status >= 300 => return Ok(reply),
        Err(_) => {
            let message = format!("{} while reading the reply's body", limit.passed());
            peer.error(ErrorKind::Timeout, message)
        }
        Ok(Err(body::Cut::TooLong)) => {
            let message = format!("the reply is longer than {} MiB", LONGEST_BODY >> 20);
            peer.error(ErrorKind::Decode, message)
        }
        Ok(Err(body::Cut::Broken(error))) => {
            let (count, cause) = (reply.body.len(), deepest(&error));
            let message = format!("the reply broke off after {count} bytes: {cause}");
            peer.error(ErrorKind::Transport, message)
                .with_source(error.without_url())
        }
    };
    Err(reply.attach(error, peer))
}

fn client(url: &Url, connect: Duration) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("sigflow/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        // A redirect would carry the key and the prompt to a place that nobody named.
        .redirect(Policy::none())
        // reqwest sends again what a server refused to take; here one call is one call.
        .retry(reqwest::retry::never());
    if is_local(url) {
        // No proxy lies between a program and its own machine, whatever the environment says.
        builder = builder.no_proxy();
        // Without TLS no certificates are read: a bare container that holds none can talk to a local
        // server.
        #[cfg(feature = "rustls")]
        if url.scheme() == "http" {
            builder = builder.tls_certs_only(std::iter::empty());
        }
    }
    builder
        .build()
        .map_err(|error| format!("no HTTP client: {}", deepest(&error)))
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timeouts.fmt(f)
    }
}

/// By how much we are earlier than a deadline; timers count in milliseconds.
const MARGIN: Duration = Duration::from_millis(3);

/// The end of a call: the caller's deadline or our total, whichever is first.
struct Limit {
    start: Instant,
    span: Duration,
    is_deadline: bool,
}

impl Limit {
    fn new(total: Duration, deadline: Option<Instant>) -> Self {
        let start = Instant::now();
        // The caller's own timer runs to the same moment and knows less: it must not come first.
        let until = deadline.map(|deadline| {
            let until = deadline.saturating_duration_since(start);
            until.saturating_sub(MARGIN.min(until / 8))
        });
        match until {
            Some(span) if span < total => Limit {
                start,
                span,
                is_deadline: true,
            },
            _ => Limit {
                start,
                span: total,
                is_deadline: false,
            },
        }
    }
    fn left(&self) -> Duration {
        self.span.saturating_sub(self.start.elapsed())
    }
    fn name(&self) -> &'static str {
        if self.is_deadline {
            "deadline of the call"
        } else {
            "total timeout"
        }
    }
    fn passed(&self) -> String {
        format!(
            "the {} passed after {:.1?}",
            self.name(),
            self.start.elapsed()
        )
    }
}

/// The last cause, which is the one that says what happened: “connection refused”.
fn deepest(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Told by its words: hyper is not ours to name types of.
fn is_no_http(error: &reqwest::Error) -> bool {
    let cause = deepest(error);
    cause.starts_with("invalid ")
        || cause.contains("head is too large")
        || cause.contains("too many headers")
}

/// Whether the URL names this machine.
pub(crate) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
