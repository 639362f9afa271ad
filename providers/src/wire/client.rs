//! A client of one server by one wire format: what all providers do alike.
use super::{Outgoing, Prepared, Wire, talk::Talk};
use crate::{
    http::{
        Peer, Reply,
        client::Http,
        limit::{Form, Patience},
        open::Open,
        status,
    },
    middleware::{Chain, End, Outbound, Watches},
    telemetry::attempt::{Attempt, provider_at},
};
use reqwest::header::{HeaderMap, HeaderName};
use sigflow_core::{
    BoxStream, Capabilities, Chunk, Effort, Message, Prefix, Request, Response, Result,
    telemetry::{self, Origin},
};
use std::{
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, OnceLock},
    time::Instant,
};

/// A model behind a server, by one wire format.
pub(crate) struct Client<W> {
    pub(super) wire: W,
    model: String,
    headers: HeaderMap,
    capabilities: Capabilities,
    middleware: Chain,
    http: Http,
    pub(super) peer: Peer,
    /// Who answers there: each event of a call asks.
    place: OnceLock<Place>,
}

/// A request that is written, and what is to be known of it when it is sent. In a box, for it goes through futures that each
/// would have room for all of it while a model thinks.
pub(super) struct Written {
    outgoing: Box<Outgoing>,
    form: Form,
    patience: Patience,
}

/// Who answers, and where.
struct Place {
    provider: &'static str,
    name: String,
    port: Option<u16>,
}

impl<W> Client<W> {
    pub(crate) fn new(wire: W, prepared: Prepared) -> Arc<Self> {
        Arc::new(Client {
            wire,
            model: prepared.model,
            headers: prepared.headers,
            capabilities: prepared.capabilities,
            middleware: prepared.middleware,
            http: prepared.http,
            peer: prepared.peer,
            place: OnceLock::new(),
        })
    }

    pub(crate) const fn wire(&self) -> &W {
        &self.wire
    }
    pub(crate) fn model(&self) -> &str {
        &self.model
    }
    pub(crate) const fn capabilities(&self) -> Capabilities {
        self.capabilities
    }
    pub(crate) const fn peer(&self) -> &Peer {
        &self.peer
    }
    /// Who answers, and where. `provider` is who speaks this wire format first.
    pub(crate) fn origin(&self, provider: &'static str) -> Origin<'_> {
        let place = self.place.get_or_init(|| {
            let (name, port) = self.peer.server();
            Place {
                provider: provider_at(name, provider),
                name: name.to_owned(),
                port,
            }
        });
        Origin::new(place.provider).at(&place.name, place.port)
    }

    /// Sends a body, up to the headers of the reply. `sign` has the last word on it, after all middleware.
    async fn send(
        &self,
        written: Written,
        sign: impl FnOnce(&mut Outgoing) -> Result<()>,
    ) -> Result<Open> {
        let Written {
            mut outgoing,
            form,
            patience,
        } = written;
        let own = std::mem::replace(&mut outgoing.headers, self.headers.clone());
        for (name, value) in own {
            if let Some(name) = name {
                outgoing.headers.insert(name, value);
            }
        }
        let mut watches = Watches::default();
        if !self.middleware.is_empty() {
            let streams = matches!(form, Form::Streamed { .. });
            let redactor = &self.peer.redactor;
            let mut outbound = Outbound::new(&mut outgoing, &self.model, streams, redactor);
            watches = self.middleware.request(&mut outbound)?;
        }
        if telemetry::is_on() {
            watches.push(Box::new(Attempt::begin(&outgoing.url, &self.peer)));
        }
        let opened = match sign(&mut outgoing) {
            Ok(()) => self.http.open(outgoing, form, patience, &self.peer).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(open) => Ok(open.watched(watches, &self.peer)),
            Err(error) => {
                watches.end(&End::Failed(&error));
                Err(error)
            }
        }
    }

    /// One call with a body that is no request to a language model: its whole reply, of status 2xx.
    pub(crate) async fn post(
        &self,
        outgoing: Outgoing,
        deadline: Option<Instant>,
    ) -> Result<Reply> {
        let patience = Patience {
            deadline,
            ..Patience::default()
        };
        let written = Written {
            outgoing: Box::new(outgoing),
            form: Form::Whole,
            patience,
        };
        let open = self.send(written, |_| Ok(())).await?;
        let reply = open.whole(&self.peer).await?;
        match reply.status {
            200..=299 => Ok(reply),
            _ => Err(status::error(reply, &self.peer)),
        }
    }
}

impl<W: Wire> Client<W> {
    /// What tells its replies from those of other models: the server, the model, and all that the client's own
    /// settings put into a request, which is looked at in one that asks nothing. As a hash: a member of the user's own
    /// may be secret.
    pub(crate) fn identity(&self) -> String {
        let nothing = Request::new(Prefix::new("".into()), Message::user("-"));
        let mut hash = DefaultHasher::new();
        if let Ok(outgoing) = self.wire.encode(&nothing, false) {
            (outgoing.url.as_str(), &outgoing.body[..]).hash(&mut hash);
        }
        format!("{} at {} {:016x}", self.model, self.peer.url, hash.finish())
    }

    /// One call for a whole reply.
    pub(crate) async fn complete(self: Arc<Self>, request: Request) -> Result<Response> {
        let written = self.written(request, false)?;
        let open = self.open(written).await?;
        let reply = open.whole(&self.peer).await?;
        match reply.status {
            200..=299 => self.wire.decode(reply, &self.peer),
            _ => Err(status::error(reply, &self.peer)),
        }
    }

    /// One call for a reply in pieces.
    pub(crate) fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Talk::new(self, request))
    }

    /// Writes a request, which goes then: a large prompt need not stand beside its own body while a model thinks.
    pub(super) fn written(&self, request: Request, streams: bool) -> Result<Written> {
        let outgoing = Box::new(self.wire.encode(&request, streams)?);
        let form = if streams {
            Form::Streamed {
                thinks: thinks(&request),
            }
        } else {
            Form::Whole
        };
        let patience = Patience {
            deadline: request.deadline,
            place: request.handling.wait,
        };
        Ok(Written {
            outgoing,
            form,
            patience,
        })
    }

    /// Asks, up to the headers of the reply.
    pub(super) async fn open(&self, written: Written) -> Result<Open> {
        let sign = |outgoing: &mut Outgoing| self.wire.sign(outgoing);
        self.send(written, sign).await
    }
}

/// Whether the model was told to think before it answers, which may be silent for minutes.
fn thinks(request: &Request) -> bool {
    let effort = request.settings.reasoning_effort;
    effort.is_some_and(|effort| !matches!(effort, Effort::None | Effort::Minimal | Effort::Low))
}

/// Without keys and without the values of headers.
impl<W> fmt::Debug for Client<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Client")
            .field("model", &self.model)
            .field("url", &self.peer.url)
            .field("headers", &headers)
            .field("capabilities", &self.capabilities)
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}
