//! Writing exchanges down.
use super::{
    Cassette,
    exchange::{Answered, Asked, Ending, Exchange},
};
use crate::{
    http::LONGEST_BODY,
    middleware::{End, Middleware, Outbound, ReplyHead, Watch},
    secret::Redactor,
};
use sigflow_core::Result;

/// Headers of a reply that are kept: what clients read, and nothing that tells whose account it was.
const HEADERS: &[&str] = &[
    "apim-request-id",
    "content-encoding",
    "content-type",
    "date",
    "location",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-request-id",
    "x-should-retry",
];
/// Beginnings of names of such headers.
const FAMILIES: &[&str] = &["anthropic-ratelimit-", "llm_provider-", "x-ratelimit-"];

impl Middleware for Cassette {
    fn request(&self, request: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        let mut state = self.lock();
        state.rule.knows(request.redactor());
        let asked = Asked::new(
            request.method(),
            state.rule.clean(request.url()),
            &state.rule.clean(request.body()),
        );
        state.exchanges.push(None);
        Ok(Some(Box::new(Recording {
            cassette: self.clone(),
            redactor: request.redactor().clone(),
            index: state.exchanges.len() - 1,
            asked: Some(asked),
            status: None,
            headers: Vec::new(),
            body: Vec::new(),
            ends: Vec::new(),
        })))
    }
}

struct Recording {
    cassette: Cassette,
    redactor: Redactor,
    /// Its place.
    index: usize,
    asked: Option<Asked>,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Where each piece ends.
    ends: Vec<usize>,
}

impl Watch for Recording {
    fn head(&mut self, head: &ReplyHead<'_>) {
        self.status = Some(head.status());
        let is_kept = |name: &str| {
            HEADERS.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family))
        };
        let kept = head.headers().filter(|(name, _)| is_kept(name));
        self.headers = kept
            .map(|(name, value)| (name.to_owned(), value.into_owned()))
            .collect();
    }

    fn piece(&mut self, bytes: &[u8]) {
        if self.body.len() <= LONGEST_BODY && !bytes.is_empty() {
            self.body.extend_from_slice(bytes);
            self.ends.push(self.body.len());
        }
    }

    fn end(&mut self, end: &End<'_>) {
        let (Some(request), Some(status)) = (self.asked.take(), self.status) else {
            return;
        };
        let mut state = self.cassette.lock();
        // middleware may have brought new secrets meanwhile
        state.rule.knows(&self.redactor);
        let body = std::mem::take(&mut self.body);
        let mut ends = std::mem::take(&mut self.ends);
        let body = match String::from_utf8(body) {
            Ok(text) => state.rule.clean_cut(&text, &mut ends).into_bytes(),
            Err(error) => {
                let bytes = error.into_bytes();
                // each byte as a character, so that what is text in it is found
                let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
                if state.rule.finds(&text) {
                    let why = format!(
                        "the reply of exchange {} is binary and holds a key",
                        self.index + 1
                    );
                    state.spoilt = Some(why);
                    return;
                }
                bytes
            }
        };
        // A name cannot be cleaned and stay one.
        let headers = std::mem::take(&mut self.headers).into_iter();
        let headers = headers.filter(|(name, _)| !state.rule.finds(name));
        let reply = Answered {
            status,
            headers: headers
                .map(|(name, value)| (name, state.rule.clean(&value)))
                .collect(),
            cuts: lengths(&ends),
            body,
            end: match end {
                End::Whole => Ending::Whole,
                End::Failed(_) => Ending::Cut,
                End::Left => Ending::Left,
            },
        };
        let index = self.index;
        state.exchanges[index] = Some(Exchange { request, reply });
    }
}

/// The lengths of pieces by where they end; none of a body in one piece.
fn lengths(ends: &[usize]) -> Vec<usize> {
    if ends.len() < 2 {
        return Vec::new();
    }
    let starts = std::iter::once(&0).chain(ends);
    let lengths = ends.iter().zip(starts).map(|(end, start)| end - start);
    lengths.filter(|length| *length > 0).collect()
}
