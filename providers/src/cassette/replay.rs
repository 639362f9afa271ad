//! Answering in the server's place.
use super::{
    Cassette, State,
    exchange::{Answered, Asked, Differences, Ending},
};
use crate::{http::open::Piece, middleware::shown, secret::Redactor, wire::Outgoing};
use http_body::{Body, Frame};
use sigflow_core::{Error, ErrorKind, Result};
use std::{
    collections::VecDeque,
    fmt::Write as _,
    io,
    pin::Pin,
    task::{Context, Poll},
};

/// So many differences are told.
const TOLD: usize = 5;

impl Cassette {
    /// The recorded reply to a request.
    ///
    /// # Errors
    /// Of kind `Model`: no such request was recorded, or its replies were played already.
    pub(crate) fn answer(
        &self,
        outgoing: &Outgoing,
        redactor: &Redactor,
    ) -> Result<reqwest::Response> {
        let mut state = self.lock();
        state.rule.knows(redactor);
        let url = state.rule.clean(&shown(&outgoing.url, redactor));
        let asked = Asked::new("POST", url, &state.rule.clean(&outgoing.body));
        let index = state.place(&asked)?;
        state.played[index] = true;
        let exchange = state.exchanges[index].as_ref();
        response(&exchange.ok_or_else(empty)?.reply)
    }
}

impl State {
    /// Where the reply stands: of the exchanges that fit, the first that was not played.
    fn place(&self, asked: &Asked) -> Result<usize> {
        let mut nearest: Option<(usize, Differences)> = None;
        let mut played = None;
        for (index, exchange) in self.exchanges.iter().enumerate() {
            let Some(exchange) = exchange else { continue };
            let differences = exchange.request.differences(asked);
            if !differences.words.is_empty() {
                let is_nearer = nearest
                    .as_ref()
                    .is_none_or(|(_, other)| differences.distance < other.distance);
                if is_nearer {
                    nearest = Some((index, differences));
                }
            } else if self.played[index] {
                played = Some(index);
            } else {
                return Ok(index);
            }
        }
        let message = match (played, nearest) {
            (Some(index), _) => format!(
                "exchange {} of the cassette has this request, and was played already; record it as often as it is asked",
                index + 1
            ),
            (None, Some((index, differences))) => {
                let differences = differences.words;
                let more = differences.len().saturating_sub(TOLD);
                let mut told = differences[..differences.len() - more].join("; ");
                if more > 0 {
                    let _ = write!(told, "; and {more} more");
                }
                format!(
                    "the cassette has no such request; the nearest, exchange {}, differs in {told}. Record it anew if that is meant",
                    index + 1
                )
            }
            (None, None) => return Err(empty()),
        };
        Err(Error::new(ErrorKind::Model, message))
    }
}

#[cold]
fn empty() -> Error {
    Error::new(ErrorKind::Model, "the cassette is empty; record it first")
}

/// A reply as the connection would give it.
fn response(reply: &Answered) -> Result<reqwest::Response> {
    let mut pieces = VecDeque::new();
    let mut rest = &reply.body[..];
    for cut in &reply.cuts {
        let (piece, after) = rest.split_at(*cut);
        pieces.push_back(Ok(Piece::from(piece.to_vec())));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push_back(Ok(Piece::from(rest.to_vec())));
    }
    if reply.end != Ending::Whole {
        let broken = io::Error::new(io::ErrorKind::ConnectionReset, "the recording ends here");
        pieces.push_back(Err(broken));
    }
    let mut builder = http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    let response = builder.body(reqwest::Body::wrap(Pieces(pieces)));
    response.map(reqwest::Response::from).map_err(|error| {
        let message = format!("the cassette holds what is no reply of HTTP: {error}");
        Error::new(ErrorKind::Configuration, message)
    })
}

struct Pieces(VecDeque<io::Result<Piece>>);

impl Body for Pieces {
    type Data = Piece;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Piece>>>> {
        Poll::Ready(self.0.pop_front().map(|piece| piece.map(Frame::data)))
    }
}
