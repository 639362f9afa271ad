//! A reply under way: its head is there, its body is still to come.
use super::{LONGEST_BODY, Peer, Reply, body, client::deepest, headers, limit::Limit};
use crate::middleware::{End, Watches};
use http_body::Body as _;
use reqwest::{Body, Response, header::HeaderMap};
use sigflow_core::{Error, ErrorKind, Result, telemetry::Waiting};
use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Sleep, timeout},
};

/// Pieces behind the last word of a reply that are read before its connection is given up.
const READ_ON: usize = 8;

/// A reply of which the body is still to come.
pub(crate) struct Open {
    status: u16,
    headers: HeaderMap,
    /// They are no part of the connection's buffer.
    has_own_headers: bool,
    length: usize,
    body: Pin<Box<Body>>,
    limit: Limit,
    timer: Option<Pin<Box<Sleep>>>,
    watches: Watches,
    /// While nothing of it is there.
    waiting: Waiting,
    /// Its place among the calls of the client; free again when the reply is over.
    _place: OwnedSemaphorePermit,
}

/// Bytes of a body.
pub(crate) type Piece = <Body as http_body::Body>::Data;

impl Open {
    pub(super) fn new(mut response: Response, limit: Limit, place: OwnedSemaphorePermit) -> Self {
        Open {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            has_own_headers: false,
            // A length is the server's word: it saves growing the buffer, and never makes us allocate much.
            length: response
                .content_length()
                .and_then(|length| usize::try_from(length).ok())
                .unwrap_or(0),
            body: Box::pin(Body::from(response)),
            limit,
            timer: None,
            watches: Watches::default(),
            waiting: Waiting::none(),
            _place: place,
        }
    }

    /// Shows all that comes to `watches`, the head at once.
    pub(crate) fn watched(mut self, watches: Watches, peer: &Peer) -> Self {
        self.watches = watches;
        self.watches
            .head(self.status, &self.headers, &peer.redactor);
        self
    }

    pub(crate) const fn status(&self) -> u16 {
        self.status
    }
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }
    /// Whether the body is one JSON text.
    pub(crate) fn is_json(&self) -> bool {
        let kind = self.headers.get(reqwest::header::CONTENT_TYPE);
        kind.and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("application/json"))
    }

    /// Whether the body is a page for people, as proxies and sign-ins of networks send it.
    pub(crate) fn is_page(&self) -> bool {
        let kind = self.headers.get(reqwest::header::CONTENT_TYPE);
        kind.and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("text/html"))
    }
    /// The way in which the body is packed. We ask for none, so none can be read.
    pub(crate) fn coding(&self) -> Option<&str> {
        let coding = self.headers.get(reqwest::header::CONTENT_ENCODING)?;
        let coding = coding.to_str().unwrap_or("an unknown coding").trim();
        (!matches!(coding, "" | "identity")).then_some(coding)
    }

    /// The reply grew by what came last.
    pub(crate) fn progresses(&mut self) {
        self.limit.progresses();
    }

    /// The next piece of the body; nothing at its end.
    ///
    /// # Errors
    /// `Timeout` when the call's time is over, `Transport` when the connection broke.
    pub(crate) fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        peer: &Peer,
    ) -> Poll<Result<Option<Piece>>> {
        let polled = self.poll_body(cx);
        if polled.is_ready() {
            self.waiting = Waiting::none();
        } else if !self.waiting.is_on() {
            self.waiting = Waiting::begin();
            // what is all there at once need not be copied for
            if !std::mem::replace(&mut self.has_own_headers, true) {
                headers::let_go(&mut self.headers);
            }
        }
        match polled {
            Poll::Ready(Some(Ok(piece))) => {
                self.limit.lives();
                self.watches.piece(&piece);
                return Poll::Ready(Ok(Some(piece)));
            }
            Poll::Ready(Some(Err(error))) => {
                let message = format!("the stream broke off: {}", deepest(&error));
                let broken = peer.error(ErrorKind::Transport, message);
                let broken = broken.with_source(error.without_url());
                self.watches.end(&End::Failed(&broken));
                return Poll::Ready(Err(broken));
            }
            Poll::Ready(None) => {
                self.watches.end(&End::Whole);
                return Poll::Ready(Ok(None));
            }
            Poll::Pending => {}
        }
        let due = self.limit.at();
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
        // Behind the first piece the limit is the idle one, which may end before the one that the timer was set for.
        if due < timer.deadline() {
            timer.as_mut().reset(due);
        }
        // Later it is set again only when it rings: pieces come more often than limits end.
        while timer.as_mut().poll(cx).is_ready() {
            if self.limit.left().is_zero() {
                let late = self.limit.passed("while the reply arrived", peer);
                self.watches.end(&End::Failed(&late));
                return Poll::Ready(Err(late));
            }
            timer.as_mut().reset(self.limit.at());
        }
        Poll::Pending
    }

    /// The reply said all, whatever the server still sends. What is there is read, so that the connection can serve
    /// again; nothing is waited for.
    pub(crate) fn leave(mut self, cx: &mut Context<'_>, peer: &Peer) {
        for _ in 0..READ_ON {
            match self.poll_piece(cx, peer) {
                Poll::Ready(Ok(Some(_))) => {}
                Poll::Ready(_) => return,
                Poll::Pending => break,
            }
        }
        self.watches.end(&End::Whole);
    }

    /// Data only; trailers say nothing to us.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece, reqwest::Error>>> {
        loop {
            let Poll::Ready(frame) = self.body.as_mut().poll_frame(cx) else {
                return Poll::Pending;
            };
            match frame {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }

    /// The whole body. What is cut counts as far as it came: as an error's text, or attached to the error.
    ///
    /// # Errors
    /// `Timeout` when the call's time is over, `Transport` when the connection broke, `Decode` when it is too
    /// long.
    pub(crate) async fn whole(mut self, peer: &Peer) -> Result<Reply> {
        let mut bytes = Vec::with_capacity(self.length.min(1024 * 1024));
        self.limit.lives();
        let left = self.limit.left();
        let read = async {
            loop {
                match std::future::poll_fn(|cx| self.poll_body(cx)).await {
                    None => return Ok(()),
                    Some(Err(error)) => return Err(body::Cut::Broken(error)),
                    Some(Ok(piece)) => {
                        self.watches.piece(&piece);
                        let room = LONGEST_BODY - bytes.len();
                        bytes.extend_from_slice(&piece[..piece.len().min(room)]);
                        if piece.len() > room {
                            return Err(body::Cut::TooLong);
                        }
                    }
                }
            }
        };
        let waiting = Waiting::begin();
        let end = timeout(left, read).await;
        drop(waiting);
        if let Ok(Ok(())) = end {
            self.watches.end(&End::Whole);
        }
        let reply = Reply {
            status: self.status,
            headers: self.headers,
            body: body::text(bytes),
        };
        let error: Error = match end {
            Ok(Ok(())) => return Ok(reply),
            Err(_) => self.limit.passed("while reading the reply's body", peer),
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
        self.watches.end(&End::Failed(&error));
        // The status of a failure says more than its body, whole or not.
        if reply.status >= 300 {
            return Ok(reply);
        }
        Err(reply.attach(error, peer))
    }
}
