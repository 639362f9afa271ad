//! A reply in pieces, as a stream: what the bytes of a connection become.
use super::{Client, Event, Fault, Pieces, Reader as _, Wire, frames::Frames};
use crate::http::{
    LONGEST_BODY, Reply, body,
    open::Open,
    request_id,
    status::{self, refused, said_error},
};
use futures_core::Stream;
use reqwest::header::HeaderMap;
use sigflow_core::{BoxFuture, Chunk, Error, ErrorKind, Request, Response, Result};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// A reply in pieces. Dropping it leaves the connection, which tells the server to stop.
pub(super) struct Talk<W: Wire> {
    client: Arc<Client<W>>,
    state: State,
    frames: Frames,
    reader: W::Reader,
    pieces: Pieces,
    /// How it ended, to be told behind the pieces.
    end: Option<Result<Chunk>>,
    bytes: usize,
}

enum State {
    /// Up to the headers of the reply.
    Beginning(BoxFuture<'static, Result<Begun>>),
    Running(Open),
    Over,
}

enum Begun {
    Stream(Open),
    /// A server that knows no streams answers whole.
    Whole(Response),
}

impl<W: Wire> Talk<W> {
    pub(super) fn new(client: Arc<Client<W>>, request: Request) -> Self {
        let asked = client.clone();
        let begin = async move {
            let written = asked.written(request, true)?;
            let open = asked.open(written).await?;
            if !open.is_success() {
                let reply = open.whole(&asked.peer).await?;
                return Err(status::error(reply, &asked.peer));
            }
            if open.is_json() {
                let reply = open.whole(&asked.peer).await?;
                return asked.wire.decode(reply, &asked.peer).map(Begun::Whole);
            }
            // Bytes that are no events would only look like a stream that ended too soon.
            if let Some(coding) = open.coding() {
                let what = format!("the stream is packed with `{coding}`, which was not asked for");
                return Err(asked
                    .peer
                    .error(ErrorKind::Decode, what)
                    .with_status(open.status()));
            }
            if open.is_page() {
                let reply = open.whole(&asked.peer).await?;
                let gist = body::gist(&reply.body, 200).unwrap_or_default();
                let what = format!("the reply is no stream of events: {gist}");
                let error = asked.peer.error(ErrorKind::Decode, what);
                return Err(reply.attach(error, &asked.peer));
            }
            Ok(Begun::Stream(open))
        };
        Talk {
            frames: Frames::new(W::FRAMING),
            reader: client.wire.reader(),
            client,
            state: State::Beginning(Box::pin(begin)),
            pieces: Pieces::default(),
            end: None,
            bytes: 0,
        }
    }

    fn begun(&mut self, begun: Result<Begun>) {
        match begun {
            Err(error) => self.ends(Err(error)),
            Ok(Begun::Whole(response)) => {
                self.pieces.extend(response.into_chunks());
                self.state = State::Over;
            }
            Ok(Begun::Stream(open)) => {
                let id = request_id(open.headers());
                self.pieces.begin(&self.client.peer.model, id);
                self.state = State::Running(open);
            }
        }
    }

    /// More bytes came.
    fn grows(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
        let Talk {
            frames,
            reader,
            pieces,
            ..
        } = self;
        // data of the event that is wrong, for the error
        let mut fault: Option<(Fault, String)> = None;
        let framed = frames.push(bytes, &mut |event: Event<'_>| {
            if fault.is_none()
                && !pieces.is_done()
                && let Err(wrong) = reader.event(event, pieces)
            {
                fault = Some((wrong, event.data.to_owned()));
            }
        });
        if let Some((fault, data)) = fault {
            self.fails(fault, data);
        } else if self.pieces.is_done() {
            self.done();
        } else if let Err(what) = framed {
            self.fails(Fault::Wrong(what), String::new());
        } else if self.bytes > LONGEST_BODY {
            let what = format!("the stream is longer than {} MiB", LONGEST_BODY >> 20);
            self.fails(Fault::Wrong(what), String::new());
        }
    }

    /// The connection ended. After the model's last word nothing of the reply is missing.
    fn closed(&mut self, error: Option<Error>) {
        let Talk {
            frames,
            reader,
            pieces,
            ..
        } = self;
        let mut fault: Option<(Fault, String)> = None;
        frames.end(&mut |event: Event<'_>| {
            if fault.is_none()
                && !pieces.is_done()
                && let Err(wrong) = reader.event(event, pieces)
            {
                fault = Some((wrong, event.data.to_owned()));
            }
        });
        if self.pieces.is_done()
            || (error.is_none() || self.pieces.has_finished()) && self.reader.is_whole(&self.pieces)
        {
            return self.done();
        }
        // An event that was cut is no news where the connection was; a failure that the server reports is.
        if let Some((fault @ Fault::Said(_), data)) = fault {
            return self.fails(fault, data);
        }
        let error = error.unwrap_or_else(|| {
            let what = "the stream ended before the reply did";
            self.client.peer.error(ErrorKind::IncompleteStream, what)
        });
        let error = if error.is_transport() && self.pieces.has_head() {
            let what = "the connection broke off before the reply ended";
            let broken = self.client.peer.error(ErrorKind::IncompleteStream, what);
            broken.with_source(error)
        } else {
            error
        };
        self.ends(Err(error));
    }

    /// The model said all.
    fn done(&mut self) {
        let last = match self.pieces.is_refused() {
            true => {
                let words = self.pieces.take_refusal();
                let reply = self.reply(String::new());
                Err(refused(words, reply, &self.client.peer))
            }
            false if !self.pieces.has_finished() && self.pieces.is_empty() => {
                let what = "the stream ended without a reply in it";
                let empty = self.client.peer.error(ErrorKind::IncompleteStream, what);
                Err(self.reply(String::new()).attach(empty, &self.client.peer))
            }
            false => Ok(Chunk::End(self.pieces.used())),
        };
        self.ends(last);
    }

    #[cold]
    fn fails(&mut self, fault: Fault, data: String) {
        let peer = &self.client.peer;
        let error = match fault {
            Fault::Said(said) => said_error(&said, self.reply(data), peer),
            Fault::Wrong(what) => {
                // of a reply that had begun something is lost, which asking again may bring
                let kind = if self.pieces.has_head() {
                    ErrorKind::IncompleteStream
                } else {
                    ErrorKind::Decode
                };
                let error = peer.error(kind, what);
                self.reply(data).attach(error, peer)
            }
        };
        self.ends(Err(error));
    }

    fn ends(&mut self, last: Result<Chunk>) {
        // what came is no one's but the reader's, and an error keeps it
        let last = last.map_err(|error| match self.pieces.so_far() {
            "" => error,
            text => error.with_raw_reply(self.client.peer.redactor.clean(text.to_owned())),
        });
        self.end = Some(last);
        if !matches!(self.end, Some(Ok(_))) {
            self.state = State::Over;
        }
    }

    /// A reply as the makers of errors want it.
    fn reply(&self, body: String) -> Reply {
        let (status, headers) = match &self.state {
            State::Running(open) => (open.status(), open.headers().clone()),
            _ => (200, HeaderMap::new()),
        };
        Reply {
            status,
            headers,
            body: match self.pieces.so_far() {
                "" => body,
                text => text.to_owned(),
            },
        }
    }

    /// Leaves the reply, which said all.
    fn leaves(&mut self, cx: &mut Context<'_>) {
        if let State::Running(open) = std::mem::replace(&mut self.state, State::Over) {
            open.leave(cx, &self.client.peer);
        }
    }
}

impl<W: Wire> Stream for Talk<W> {
    type Item = Result<Chunk>;
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(chunk) = this.pieces.pop() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            if let Some(end) = this.end.take() {
                this.leaves(cx);
                return Poll::Ready(Some(end));
            }
            match &mut this.state {
                State::Over => return Poll::Ready(None),
                State::Beginning(beginning) => {
                    let Poll::Ready(begun) = beginning.as_mut().poll(cx) else {
                        return Poll::Pending;
                    };
                    this.begun(begun);
                }
                State::Running(open) => {
                    let Poll::Ready(piece) = open.poll_piece(cx, &this.client.peer) else {
                        return Poll::Pending;
                    };
                    match piece {
                        Ok(Some(bytes)) => {
                            this.grows(&bytes);
                            if let (true, State::Running(open)) =
                                (this.pieces.has_news(), &mut this.state)
                            {
                                open.progresses();
                            }
                        }
                        Ok(None) => this.closed(None),
                        Err(error) => this.closed(Some(error)),
                    }
                }
            }
        }
    }
}
