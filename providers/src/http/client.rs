//! The HTTP client: a pool of connections, one request at a time, bounded in time and size.
use super::{
    Peer, Traffic,
    limit::{Form, Limit, Patience, Timeouts},
    open::Open,
    redirect, sent,
};
use crate::{calling::line::Line, cassette::Cassette, wire::Outgoing};
use reqwest::{Client, Method, Response, Url, redirect::Policy};
use sigflow_core::{Error, ErrorKind, Phase, Result, telemetry::Waiting};
use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{error::Elapsed, timeout},
};

/// A client of one server.
pub(crate) struct Http {
    /// Where the server is.
    base: Url,
    timeouts: Timeouts,
    traffic: Traffic,
    /// Calls under way at the same time.
    places: Arc<Semaphore>,
    /// Those who wait for one.
    line: Line,
    /// Made by the first call: reading the machine's certificates takes milliseconds, which a program
    /// that starts need not wait for.
    client: OnceLock<Result<Client, String>>,
    /// Answers in the server's place.
    cassette: Option<Cassette>,
    /// The same, for measurements of what a call costs without a network.
    in_process: Option<InProcess>,
}

/// What answers a body in the process.
#[derive(Clone)]
pub(crate) struct InProcess(pub(crate) Arc<Answers>);

type Answers = dyn Fn(&[u8]) -> Response + Send + Sync;

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl Http {
    pub(crate) fn new(base: Url, timeouts: Timeouts, traffic: Traffic) -> Self {
        Http {
            base,
            timeouts,
            traffic,
            places: Arc::new(Semaphore::new(traffic.calls.min(Semaphore::MAX_PERMITS))),
            line: Line::new("client"),
            client: OnceLock::new(),
            cassette: None,
            in_process: None,
        }
    }

    /// From now on `cassette` answers, and nothing is sent.
    pub(crate) fn replays(&mut self, cassette: Cassette) {
        self.cassette = Some(cassette);
    }

    /// From now on `server` answers, and nothing is sent.
    pub(crate) fn answered_by(&mut self, server: InProcess) {
        self.in_process = Some(server);
    }

    /// Posts one body and reads the status and the headers of the reply.
    ///
    /// # Errors
    /// `Timeout` names the phase, `Transport` when no reply came, `PoolTimeout` when no place was free in time.
    pub(crate) async fn open(
        &self,
        outgoing: Box<Outgoing>,
        form: Form,
        patience: Patience,
        peer: &Peer,
    ) -> Result<Open> {
        // reqwest and the timers panic without a runtime; a caller gets an error like any other.
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "a call needs a tokio runtime; run it under `#[tokio::main]` or `Runtime::block_on`";
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        let mut limit = Limit::new(self.timeouts, form, patience);
        if limit.left().is_zero() {
            let over = limit.passed("before the call began; nothing was sent", peer);
            return Err(over);
        }
        let place = self.place(&limit, peer).await?;
        limit.begins();
        if let Some(cassette) = &self.cassette {
            let response = cassette.answer(&outgoing, &peer.redactor)?;
            return Ok(Open::new(response, limit, place));
        }
        if let Some(server) = &self.in_process {
            let response = server.0(outgoing.body.as_ref());
            return Ok(Open::new(response, limit, place));
        }
        let response = if self.traffic.redirects > 0 {
            // few want them, and the others have no room for a second request
            Box::pin(self.followed(*outgoing, &limit, peer)).await?
        } else {
            let sent = self.send(request(*outgoing, sent::once), &limit, peer)?;
            self.head(sent, &limit, peer).await?
        };
        Ok(Open::new(response, limit, place))
    }

    /// Up to the headers of the reply, behind as many redirects as the user wants.
    async fn followed(&self, outgoing: Outgoing, limit: &Limit, peer: &Peer) -> Result<Response> {
        // it may have to be sent again
        let mut request = request(outgoing, reqwest::Body::from);
        for _ in 0..self.traffic.redirects {
            // its body is shared with the first
            let again = request.try_clone();
            let sent = self.send(request, limit, peer)?;
            let response = self.head(sent, limit, peer).await?;
            let Some(mut next) = again else {
                return Ok(response);
            };
            let Some(place) = redirect::place(&response, next.url(), &peer.redactor) else {
                return Ok(response);
            };
            *next.url_mut() = place;
            redirect::leave_keys(next.headers_mut());
            request = next;
        }
        let sent = self.send(request, limit, peer)?;
        self.head(sent, limit, peer).await
    }

    /// A place among the calls of this client.
    async fn place(&self, limit: &Limit, peer: &Peer) -> Result<OwnedSemaphorePermit> {
        // the usual case costs no timer
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Ok(place);
        }
        self.line.is_of(&peer.model);
        let _in_line = self.line.join();
        let (wait, phase) = limit.for_a_place();
        match timeout(wait, self.places.clone().acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ if phase == Phase::Deadline => {
                let message = "the deadline of the call passed while it waited for a place among the client's calls; nothing was sent";
                Err(peer.error(ErrorKind::Timeout, message).with_phase(phase))
            }
            _ => {
                let message = format!(
                    "no place among the client's calls became free within {wait:?}; nothing was sent. Raise `max_concurrent_calls` or ask less at once"
                );
                let error = peer.error(ErrorKind::PoolTimeout, message);
                Err(error.with_phase(phase))
            }
        }
    }

    /// Sends a request, as far as it goes without waiting. No `async fn`: that would have room for the request until the
    /// head of the reply is there.
    fn send(
        &self,
        request: reqwest::Request,
        limit: &Limit,
        peer: &Peer,
    ) -> Result<impl Future<Output = Came> + use<>> {
        let client = self
            .client
            .get_or_init(|| client(&self.base, self.timeouts.connect, self.traffic));
        let client = client
            .as_ref()
            .map_err(|why| peer.error(ErrorKind::Configuration, why))?;
        Ok(timeout(limit.left(), client.execute(request)))
    }

    /// Up to the status line and the headers.
    async fn head(
        &self,
        sent: impl Future<Output = Came>,
        limit: &Limit,
        peer: &Peer,
    ) -> Result<Response> {
        // from here on the time is the wire's and the model's
        let _waiting = Waiting::begin();
        match sent.await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.not_sent(error, peer)),
            Err(_) => Err(limit.passed("while connecting or waiting for the first byte", peer)),
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
        let is_late = kind == ErrorKind::Timeout;
        let error = peer.error(kind, message).with_source(error.without_url());
        if is_late {
            error.with_phase(Phase::Connect)
        } else {
            error
        }
    }
}

/// The head of a reply, if it came in time.
type Came = Result<Result<Response, reqwest::Error>, Elapsed>;

fn request(outgoing: Outgoing, body: impl FnOnce(String) -> reqwest::Body) -> reqwest::Request {
    let mut request = reqwest::Request::new(Method::POST, outgoing.url);
    *request.headers_mut() = outgoing.headers;
    *request.body_mut() = Some(body(outgoing.body));
    request
}

fn client(url: &Url, connect: Duration, traffic: Traffic) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("sigflow/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .pool_max_idle_per_host(traffic.idle)
        // A redirect would carry the key and the prompt to a place that nobody named; who wants it gets it without.
        .redirect(Policy::none())
        // reqwest sends again what a server refused to take; here one call is one call.
        .retry(reqwest::retry::never());
    if is_local(url) {
        // No proxy lies between a program and its own machine, whatever the environment says.
        builder = builder.no_proxy();
        // Without TLS no certificates are read: a bare container that holds none can talk to a local
        // server.
        #[cfg(feature = "rustls")]
        if url.scheme() == "http" && traffic.redirects == 0 {
            builder = builder.tls_certs_only(std::iter::empty());
        }
    }
    builder
        .build()
        .map_err(|error| format!("no HTTP client: {}", deepest(&error)))
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("timeouts", &self.timeouts)
            .field("traffic", &self.traffic)
            .finish_non_exhaustive()
    }
}

/// The last cause, which is the one that says what happened: “connection refused”.
pub(super) fn deepest(error: &reqwest::Error) -> String {
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
