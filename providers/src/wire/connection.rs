//! Settings that all clients have, checked when one is built.
use super::{basic, body::wrong};
use crate::{
    Secret,
    cassette::Cassette,
    http::{
        Peer, Traffic,
        client::{Http, InProcess},
        limit::Timeouts,
    },
    middleware::Chain,
    models,
    secret::Redactor,
};
use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Map, Value};
use sigflow_core::{Capabilities, Result};

/// What a builder has collected. Nothing is checked before [`prepare`](Self::prepare).
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) model: String,
    pub(crate) base_url: Option<Secret>,
    pub(crate) api_key: Option<Secret>,
    pub(crate) headers: Vec<(String, Secret)>,
    pub(crate) extra: Map<String, Value>,
    pub(crate) capabilities: Option<Capabilities>,
    pub(crate) timeouts: Timeouts,
    pub(crate) traffic: Traffic,
    pub(crate) middleware: Chain,
    pub(crate) cassette: Option<Cassette>,
    pub(crate) in_process: Option<InProcess>,
}

/// How a key goes to the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keyed {
    /// `Authorization: Bearer …`.
    Bearer,
    /// In a header of its own.
    Header(&'static str),
}

/// A client but for its wire format.
pub(crate) struct Prepared {
    pub(crate) model: String,
    /// Where the server is, without the path of any call; what a user's URL has behind its path stays there.
    pub(crate) base: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) extra: Map<String, Value>,
    pub(crate) capabilities: Capabilities,
    pub(super) middleware: Chain,
    pub(super) http: Http,
    pub(super) peer: Peer,
}

impl Connection {
    pub(crate) fn new(model: String) -> Self {
        Connection {
            model,
            base_url: None,
            api_key: None,
            headers: Vec::new(),
            extra: Map::new(),
            capabilities: None,
            timeouts: Timeouts::default(),
            traffic: Traffic::default(),
            middleware: Chain::default(),
            cassette: None,
            in_process: None,
        }
    }

    /// Checks the settings. `base` is where the server is if the user did not say, `suffix` the path of calls, which
    /// a user may have given with the URL; `hint` says how a user gives the key.
    ///
    /// # Errors
    /// Of kind [`Configuration`](sigflow_core::ErrorKind::Configuration): an empty model, a base URL that is none, a key or header
    /// that no HTTP header may hold.
    pub(crate) fn prepare(
        mut self,
        base: &str,
        suffix: &str,
        keyed: Keyed,
        hint: &'static str,
    ) -> Result<Prepared> {
        if self.model.trim().is_empty() {
            return Err(wrong("the model has no name"));
        }
        let mut redactor = Redactor::default();
        let mut base = parse_base(self.base_url.as_ref().map_or(base, Secret::expose), suffix)?;
        let login = basic::take(&mut base);
        for (_, value) in base.query_pairs().filter(|(_, value)| value.len() >= 8) {
            redactor.add(&value);
        }

        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(login) = login {
            redactor.add(&login.password());
            redactor.add(&login.header());
            let value = sensitive("the password of the URL", &login.header())?;
            headers.insert(AUTHORIZATION, value);
        }
        let key = self.api_key.take().filter(|key| !key.expose().is_empty());
        if let Some(key) = &key {
            redactor.add(key.expose());
            let (name, value) = match keyed {
                Keyed::Bearer => (AUTHORIZATION, format!("Bearer {}", key.expose())),
                Keyed::Header(name) => (HeaderName::from_static(name), key.expose().to_owned()),
            };
            headers.insert(name, sensitive("the API key", &value)?);
        }
        for (name, value) in &self.headers {
            redactor.add(value.expose());
            let header = HeaderName::try_from(name)
                .map_err(|_| wrong(format!("`{name}` is no name of a header")))?;
            if FRAMING.contains(&header.as_str()) {
                return Err(wrong(format!(
                    "header `{header}` is written by the connection itself"
                )));
            }
            headers.insert(
                header,
                sensitive(&format!("the value of header `{name}`"), value.expose())?,
            );
        }
        if self.traffic.calls == 0 {
            return Err(wrong(
                "`max_concurrent_calls` is 0, so that no call could begin; set 1 at least",
            ));
        }
        let mut http = Http::new(base.clone(), self.timeouts, self.traffic);
        if let Some(cassette) = self.cassette {
            // behind all other middleware: what is recorded is what is sent
            if cassette.records() {
                self.middleware.push(cassette);
            } else {
                http.replays(cassette);
            }
        }
        if let Some(server) = self.in_process {
            http.answered_by(server);
        }
        let peer = Peer {
            url: shown(&base, suffix),
            host: host(&base),
            model: self.model.clone(),
            with_key: key.is_some() || !self.headers.is_empty(),
            key_hint: hint,
            redactor,
        };
        Ok(Prepared {
            capabilities: self
                .capabilities
                .unwrap_or_else(|| models::capabilities(&self.model)),
            middleware: self.middleware,
            http,
            model: self.model,
            extra: self.extra,
            base,
            headers,
            peer,
        })
    }
}

impl Prepared {
    /// One more secret that a wire format sends by itself.
    pub(crate) fn hide(&mut self, secret: &Secret) {
        self.peer.redactor.add(secret.expose());
        self.peer.with_key = true;
    }

    /// The URL of calls at `path`, which begins with a slash.
    pub(crate) fn at(&self, path: &str) -> Url {
        join(&self.base, path)
    }
}

/// Headers that frame a message: another value would make it unreadable.
pub(crate) const FRAMING: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
];

fn parse_base(base: &str, suffix: &str) -> Result<Url> {
    // Whatever could be a password in it is not repeated.
    let shown = if base.contains('@') {
        "(not shown)"
    } else {
        base.split(['?', '#']).next().unwrap_or(base)
    };
    let mut url = Url::parse(base)
        .map_err(|error| wrong(format!("base URL `{shown}` is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(format!(
            "base URL `{shown}` must begin with `http://` or `https://`"
        )));
    }
    let path = url.path().trim_end_matches('/');
    // Given whole by mistake, it is still clear what was meant.
    let path = path.strip_suffix(suffix).unwrap_or(path).to_owned();
    url.set_path(&path);
    url.set_fragment(None);
    Ok(url)
}

fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let whole = format!("{}{path}", base.path().trim_end_matches('/'));
    url.set_path(&whole);
    url
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Without what may be secret.
fn shown(base: &Url, suffix: &str) -> String {
    let url = join(base, suffix);
    format!("{}://{}{}", url.scheme(), host(&url), url.path())
}

/// A header's value.
///
/// # Errors
/// Of kind `Configuration`, without the value.
pub(crate) fn header_value(what: &str, value: &str) -> Result<HeaderValue> {
    // The error of `http` does not repeat the value, but neither does it help: not attached.
    HeaderValue::from_str(value)
        .map_err(|_| wrong(format!("{what} holds a character that no header may hold")))
}

fn sensitive(what: &str, value: &str) -> Result<HeaderValue> {
    let mut value = header_value(what, value)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The settings that all builders have, around a field `connection`.
#[allow(unused_macros)] // in a build without any provider
macro_rules! connection_settings {
    () => {
        $crate::wire::connection_settings!(of_any_call);

        /// What the model can do. By default what its name tells
        /// ([`models::capabilities`](crate::models::capabilities)).
        pub fn capabilities(mut self, capabilities: sigflow_core::Capabilities) -> Self {
            self.connection.capabilities = Some(capabilities);
            self
        }
    };
    (of_any_call) => {
        /// One more header of each request; one of the same name replaces ours (`authorization`, say). Its
        /// value is kept as secret as the key.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<$crate::Secret>) -> Self {
            self.connection.headers.push((name.into(), value.into()));
            self
        }

        /// More members of each request's body, for what a server needs and no call sets. Members that calls
        /// write themselves (`temperature`, `messages`, …) are refused by [`build`](Self::build).
        pub fn extra_body(mut self, members: serde_json::Map<String, serde_json::Value>) -> Self {
            self.connection.extra.extend(members);
            self
        }

        /// How long connecting may take, name lookup and TLS included. Default 5 s.
        pub fn connect_timeout(mut self, limit: std::time::Duration) -> Self {
            self.connection.timeouts.connect = limit;
            self
        }

        /// How long the first sign of a streamed reply may take: by default 30 s, and the total where the
        /// call asks for medium effort or more, since a model that thinks may be silent for long. A reply in one
        /// piece begins when it is finished: its status line is waited for so long only if this is set.
        pub fn first_token_timeout(mut self, limit: std::time::Duration) -> Self {
            self.connection.timeouts.first_token = Some(limit);
            self
        }

        /// How long a streamed reply that has begun may say nothing. Default 10 s; the total where the call asks
        /// for medium effort or more.
        pub fn idle_timeout(mut self, limit: std::time::Duration) -> Self {
            self.connection.timeouts.idle = Some(limit);
            self
        }

        /// How long a whole reply may take, and how long a stream may go on without growing; a call's own
        /// deadline may be earlier. A stream that makes progress is not bounded by it. Default 120 s.
        pub fn total_timeout(mut self, limit: std::time::Duration) -> Self {
            self.connection.timeouts.total = limit;
            self
        }

        /// How many calls may be under way at the same time; others wait. Default 50.
        pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
            self.connection.traffic.calls = calls;
            self
        }

        /// How many connections without a call are kept open for each host. Default 20.
        pub fn idle_connections(mut self, most: usize) -> Self {
            self.connection.traffic.idle = most;
            self
        }

        /// How many redirects a call follows. By default none: a redirect carries the prompt to a place that nobody
        /// named, and is an error that says so. Where it is followed the key stays behind, as does every
        /// [header](Self::header) given here, also on the same host. Only 307 and 308 are followed, which keep the
        /// request as it is, and never from `https` to `http`.
        pub fn redirects(mut self, most: usize) -> Self {
            self.connection.traffic.redirects = most;
            self
        }

        /// How long a call may wait for a place among the [calls under way](Self::max_concurrent_calls); an error
        /// of kind [`PoolTimeout`](sigflow_core::ErrorKind::PoolTimeout) then. Default 30 s.
        pub fn pool_timeout(mut self, limit: std::time::Duration) -> Self {
            self.connection.timeouts.place = limit;
            self
        }

        /// One more that sees each request and what comes back ([`middleware`](crate::middleware)). They are asked
        /// in the order in which they are given here, and see replies in the opposite order.
        pub fn middleware(mut self, middleware: impl $crate::middleware::Middleware) -> Self {
            self.connection.middleware.push(middleware);
            self
        }

        /// Records all exchanges on a [cassette](crate::Cassette), or answers from one: then nothing is sent.
        pub fn cassette(mut self, cassette: &$crate::Cassette) -> Self {
            self.connection.cassette = Some(cassette.clone());
            self
        }

        /// A server in the process, which is given each body: for measurements of what a call costs without a
        /// network. It may change with any version.
        #[doc(hidden)]
        pub fn answered_by(
            mut self,
            server: impl Fn(&[u8]) -> reqwest::Response + Send + Sync + 'static,
        ) -> Self {
            self.connection.in_process =
                Some($crate::http::client::InProcess(std::sync::Arc::new(server)));
            self
        }
    };
}
pub(crate) use connection_settings;
