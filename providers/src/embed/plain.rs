//! Requests with a list of texts as `input`: OpenAI's form, and Ollama's.
use crate::wire::{Prepared, body, members, strings};
use reqwest::Url;
use sigflow_core::Result;

/// What all requests of a client have in common.
pub(super) struct Plain {
    url: Url,
    /// `{"model":"…"`
    head: String,
    /// `,"key":value…`
    tail: String,
}

impl Plain {
    /// Requests to `path`, of which `ours` are the members that no user writes.
    ///
    /// # Errors
    /// Of kind `Configuration`, where the user's own members hold one of ours.
    pub(super) fn new(
        prepared: &Prepared,
        path: &str,
        dimensions: Option<u32>,
        ours: &[&str],
    ) -> Result<Self> {
        let mut tail = String::new();
        body::whole("dimensions", dimensions, &mut tail);
        tail.push_str(&members(&prepared.extra, ours)?);
        Ok(Plain {
            url: prepared.at(path),
            head: body::model(&prepared.model),
            tail,
        })
    }

    /// Where to, and what.
    pub(super) fn encode(&self, texts: &[&str]) -> (Url, String) {
        let mut body = self.head.clone();
        body.push_str(",\"input\":");
        strings(texts, &mut body);
        body.push_str(&self.tail);
        body.push('}');
        (self.url.clone(), body)
    }
}
