//! The content of a message under way: text, and content blocks between it.
use super::{framing, strip, value};
use crate::{Message, Text, lm::Part};

/// Text, with content blocks at some places. Without any it costs no more than the text.
#[derive(Default)]
pub(crate) struct Content {
    /// All of the text.
    pub(crate) words: String,
    /// Where each part stands in it.
    parts: Vec<(usize, Part)>,
}

impl Content {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Content {
            words: String::with_capacity(bytes),
            parts: Vec::new(),
        }
    }
    pub(crate) fn text(&mut self, text: &str) {
        self.words.push_str(text);
    }
    pub(crate) fn parts(&mut self, parts: impl IntoIterator<Item = Part>) {
        let at = self.words.len();
        self.parts.extend(parts.into_iter().map(|part| (at, part)));
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.parts.is_empty()
    }
    /// What stands between two sections.
    pub(crate) fn gap(&mut self) {
        if !self.is_empty() {
            self.words.push_str("\n\n");
        }
    }

    /// The user's message, stripped as Python does it; nothing if it is empty.
    pub(crate) fn user(self, text: impl Fn(String) -> Text) -> Option<Message> {
        if self.parts.is_empty() {
            let stripped = strip(&self.words);
            if stripped.is_empty() {
                return None;
            }
            let words = if stripped.len() == self.words.len() {
                self.words
            } else {
                stripped.to_owned()
            };
            return Some(Message::user(text(words)));
        }
        // blanks go at both ends of the whole, not around the parts
        let first = self.parts[0].0;
        let last = self.parts[self.parts.len() - 1].0;
        let start = self.words.len() - trim_start(&self.words).len();
        let start = start.min(first);
        let end = trim_end(&self.words).len().max(last).max(start);
        let mut parts = Vec::with_capacity(self.parts.len() * 2 + 1);
        let mut from = start;
        for (at, part) in self.parts {
            if at > from {
                parts.push(Part::Text(self.words[from..at].to_owned()));
                from = at;
            }
            parts.push(part);
        }
        if end > from {
            parts.push(Part::Text(self.words[from..end].to_owned()));
        }
        Some(Message::user_parts(parts))
    }
}

fn trim_start(text: &str) -> &str {
    let kept = strip(text);
    text.find(kept).map_or(text, |at| &text[at..])
}
fn trim_end(text: &str) -> &str {
    let kept = strip(text);
    text.rfind(kept).map_or(text, |at| &text[..at + kept.len()])
}

/// Content blocks as DSPy writes them into text: where only text can stand.
pub(crate) fn block_text(parts: &[Part]) -> String {
    let blocks: serde_json::Value = parts.iter().map(Part::block).collect();
    format!(
        "{}{}{}",
        framing::CUSTOM_START,
        value::json_text(&blocks),
        framing::CUSTOM_END
    )
}
