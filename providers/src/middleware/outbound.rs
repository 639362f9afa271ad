//! A request on its way out.
use crate::{
    Secret,
    secret::{REDACTED, Redactor, is_secret_header},
    wire::{FRAMING, Outgoing, header_value},
};
use reqwest::{
    Url,
    header::{HeaderName, HeaderValue},
};
use sigflow_core::{Error, ErrorKind, Result};
use std::{borrow::Cow, fmt};

/// A request that is about to be sent.
pub struct Outbound<'a> {
    outgoing: &'a mut Outgoing,
    url: String,
    model: &'a str,
    streams: bool,
    redactor: &'a Redactor,
}

impl<'a> Outbound<'a> {
    pub(crate) fn new(
        outgoing: &'a mut Outgoing,
        model: &'a str,
        streams: bool,
        redactor: &'a Redactor,
    ) -> Self {
        Outbound {
            url: shown(&outgoing.url, redactor),
            outgoing,
            model,
            streams,
            redactor,
        }
    }

    /// The HTTP method.
    #[allow(clippy::unused_self)] // A request's own, as soon as there is another.
    pub const fn method(&self) -> &'static str {
        "POST"
    }
    /// Where it goes, without passwords.
    pub fn url(&self) -> &str {
        &self.url
    }
    /// The model, by its name on the server.
    pub const fn model(&self) -> &str {
        self.model
    }
    /// Whether the reply is wanted in pieces.
    pub const fn is_stream(&self) -> bool {
        self.streams
    }

    /// A header, `[redacted]` if it is secret.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.outgoing
            .headers
            .get(name)
            .and_then(|value| show(name, value))
    }
    /// All headers; `[redacted]` for those that are secret.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.outgoing.headers.iter();
        all.filter_map(|(name, value)| Some((name.as_str(), show(name.as_str(), value)?)))
    }
    /// Sets a header. One that holds keys by its name (`authorization`, `x-api-key`, …) is kept secret.
    ///
    /// # Errors
    /// Of kind [`Configuration`](ErrorKind::Configuration): no such header can be sent, it frames the message, or the
    /// client has it as a secret of its own.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<()> {
        if is_secret_header(name) {
            return self.set_secret_header(name, &Secret::new(value));
        }
        let (name, value) = self.checked(name, value)?;
        self.outgoing.headers.insert(name, value);
        Ok(())
    }
    /// As [`set_header`](Self::set_header), of a value that no log, error or cassette shows: a token, say.
    ///
    /// # Errors
    /// As [`set_header`](Self::set_header).
    pub fn set_secret_header(&mut self, name: &str, value: &Secret) -> Result<()> {
        let (name, mut header) = self.checked(name, value.expose())?;
        header.set_sensitive(true);
        self.redactor.learn(value.expose());
        self.outgoing.headers.insert(name, header);
        Ok(())
    }

    /// The body.
    pub fn body(&self) -> &str {
        &self.outgoing.body
    }
    /// The body, to be changed. Its length is counted when it is sent.
    pub fn body_mut(&mut self) -> &mut String {
        &mut self.outgoing.body
    }

    /// Takes the client's secrets out of texts; for a watch that keeps some of a reply.
    pub fn scrubber(&self) -> Scrubber {
        Scrubber(self.redactor.clone())
    }
    pub(crate) const fn redactor(&self) -> &Redactor {
        self.redactor
    }

    fn checked(&self, name: &str, value: &str) -> Result<(HeaderName, HeaderValue)> {
        let wrong = |message: String| Error::new(ErrorKind::Configuration, message);
        let header = HeaderName::try_from(name)
            .map_err(|_| wrong(format!("`{name}` is no name of a header")))?;
        if FRAMING.contains(&header.as_str()) {
            let message = format!("header `{header}` is written by the connection itself");
            return Err(wrong(message));
        }
        let own = self.outgoing.headers.get(&header);
        // What another middleware set may be replaced: a token that was renewed.
        if own.is_some_and(|own| own.is_sensitive() && !self.redactor.has_learned(own)) {
            let message = format!(
                "header `{header}` is set on the client, and secret; set it there or by a middleware, not both"
            );
            return Err(wrong(message));
        }
        let value = header_value(&format!("the value of header `{header}`"), value)?;
        Ok((header, value))
    }
}

/// Without keys.
impl fmt::Debug for Outbound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("url", &self.url)
            .field("model", &self.model)
            .field("is_stream", &self.streams)
            .field("headers", &self.headers().collect::<Vec<_>>())
            .field("body_bytes", &self.outgoing.body.len())
            .finish_non_exhaustive()
    }
}

fn show<'a>(name: &str, value: &'a HeaderValue) -> Option<&'a str> {
    if value.is_sensitive() || is_secret_header(name) {
        return Some(REDACTED);
    }
    value.to_str().ok()
}

/// A URL without user, password and what its query holds of secrets.
pub(crate) fn shown(url: &Url, redactor: &Redactor) -> String {
    let mut text = format!("{}{}", url.origin().ascii_serialization(), url.path());
    for (index, (name, value)) in url.query_pairs().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(&name);
        text.push('=');
        let is_key = is_secret_header(&name) || matches!(&*name, "key" | "token" | "sig");
        text.push_str(if is_key { REDACTED } else { &value });
    }
    redactor.clean(text).into_owned()
}

/// Takes the secrets of one client out of texts: its key, the values of its own headers, passwords of its URL.
#[derive(Clone, Debug)]
pub struct Scrubber(Redactor);

impl Scrubber {
    /// The text with `[redacted]` in the place of each secret; the same text when it holds none.
    pub fn clean<'a>(&self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        self.0.clean(text)
    }
    /// The length of the longest secret. What is cut off before it is cleaned must be cut by so much later, or half of
    /// a secret may stay.
    pub fn longest(&self) -> usize {
        self.0.longest()
    }
}
