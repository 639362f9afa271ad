//! What differs between providers: how a request is written, and how a reply is read, whole and in pieces.
//! All else (connections, limits of time, errors, streams) is [`Client`]'s and written once.
//!
//! A provider is a folder: `request` writes bodies, `response` reads whole replies, `stream` reads events, and
//! a [`Wire`] puts the three together.
// A build with few providers leaves unused what only others need.
#![allow(dead_code, unused_imports, unused_macros)]
mod basic;
#[cfg(feature = "bedrock")]
mod binary;
pub(crate) mod blocks;
pub(crate) mod body;
mod client;
mod connection;
mod cursor;
mod data_uri;
mod foreign;
mod frames;
mod json;
mod media;
mod model;
mod pieces;
mod reply;
#[cfg(test)]
pub(crate) mod specs;
mod talk;

pub(crate) use client::Client;
pub(crate) use connection::{
    Connection, FRAMING, Keyed, Prepared, connection_settings, header_value,
};
pub(crate) use cursor::Cursor;
pub(crate) use data_uri::{data_uri, decode as decode_base64};
pub(crate) use foreign::part_of;
#[cfg(test)]
pub(crate) use frames::Frames;
pub(crate) use json::{arguments, base64, members, number, object, string, strings};
pub(crate) use media::{Content, Kind, Source, content};
pub(crate) use model::client_model;
pub(crate) use pieces::{Fault, Pieces};
pub(crate) use reply::{
    count, event_object, finished, no_object, object as reply_object, take_text, tokens,
    undecodable,
};

use crate::http::{Peer, Reply};
use reqwest::{Url, header::HeaderMap};
use sigflow_core::{Request, Response, Result};

/// The form in which a stream comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Events,
    /// A JSON text on each line.
    Lines,
    /// Amazon's binary frames.
    #[cfg(feature = "bedrock")]
    Binary,
}

/// What goes to the server for one request.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Where to.
    pub(crate) url: Url,
    /// Headers beside the client's own; one of the same name replaces it.
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A wire format: one provider's way to write requests and replies. What is the same for all requests of a
/// client (model, URL, key) is in it.
pub(crate) trait Wire: Send + Sync + 'static {
    /// Reads the events of one stream.
    type Reader: Reader;

    /// How streams come.
    const FRAMING: Framing;

    /// Writes a request.
    ///
    /// # Errors
    /// Of kind `Configuration`, where the format cannot say what is asked; nothing is sent.
    fn encode(&self, request: &Request, streams: bool) -> Result<Outgoing>;

    /// The last word on a request, when no middleware can change it any more: where a format signs what it sends.
    ///
    /// # Errors
    /// Of kind `Configuration`; nothing is sent.
    fn sign(&self, outgoing: &mut Outgoing) -> Result<()> {
        let _ = outgoing;
        Ok(())
    }

    /// Reads a whole reply of status 2xx. Leniently: only what is used, in any form that a server is known to
    /// use; unknown words are kept.
    ///
    /// # Errors
    /// With the body attached ([`Reply::attach`]).
    fn decode(&self, reply: Reply, peer: &Peer) -> Result<Response>;

    /// A reader of one stream.
    fn reader(&self) -> Self::Reader;
}

/// Reads the events of one stream, one after the other.
pub(crate) trait Reader: Send + Unpin {
    /// Takes one event and says what came: [`Pieces`] collects it. The word that ends the reply is
    /// [`Pieces::done`]: nothing after it is read, and the connection is left.
    ///
    /// # Errors
    /// What the server reports in place of an event, or what is wrong with it; the stream ends with it.
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault>;

    /// The connection ended without the word that ends a reply. Whether nothing of the reply is missing all the
    /// same: a server may forget its last word, never the reason why the model stopped.
    fn is_whole(&self, pieces: &Pieces) -> bool {
        pieces.has_finished()
    }
}

/// One event of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    /// Its name where it has one: `event:` of server-sent events, `:event-type` of binary frames.
    pub(crate) name: &'a str,
    /// The server says that it is an error (binary frames).
    pub(crate) is_exception: bool,
    pub(crate) data: &'a str,
}

impl<'a> Event<'a> {
    /// An event that is only data.
    pub(crate) const fn of(data: &'a str) -> Self {
        Event {
            name: "",
            is_exception: false,
            data,
        }
    }
}
