//! What came of a stream, told to whoever waits for it.
use crate::http::said::Said;
use sigflow_core::{Chunk, FinishReason, ReplayBlock, TokenLogprob, Usage, types::Citation};
use std::collections::VecDeque;

/// Why a stream ends before the reply does.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The server reports a failure.
    Said(Said),
    /// An event is not what the format says.
    Wrong(String),
}

/// Pieces of a reply on their way out, and what must be remembered of them.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    queue: VecDeque<Chunk>,
    /// The whole text so far, which an error keeps.
    text: String,
    refusal: String,
    has_calls: bool,
    has_head: bool,
    /// The server's name for the request and the model that was asked, for servers that do not say in events.
    request_id: Option<String>,
    model: String,
    /// Which calls have their name, by their places.
    named: Vec<bool>,
    finish: Option<FinishReason>,
    usage: Option<Usage>,
    is_done: bool,
}

/// No reply has so many calls; a number beyond is a server's mistake, and must not cost memory.
const MOST_CALLS: usize = 1024;

impl Pieces {
    /// Who answers. Only the first word counts: some servers say it with each event.
    pub(crate) fn head(&mut self, model: String, request_id: Option<String>) {
        if std::mem::replace(&mut self.has_head, true) {
            return;
        }
        let asked = std::mem::take(&mut self.model);
        let model = if model.is_empty() { asked } else { model };
        let request_id = self.request_id.take().or(request_id);
        self.queue.push_back(Chunk::Head { model, request_id });
    }
    /// What is known before any event came.
    pub(super) fn begin(&mut self, model: &str, request_id: Option<String>) {
        model.clone_into(&mut self.model);
        self.request_id = request_id;
    }
    pub(crate) const fn has_head(&self) -> bool {
        self.has_head
    }
    /// More of the text.
    pub(crate) fn text(&mut self, text: String) {
        if !text.is_empty() {
            self.text.push_str(&text);
            self.queue.push_back(Chunk::Text(text));
        }
    }
    /// More of what the model thinks.
    pub(crate) fn reasoning(&mut self, text: String) {
        if !text.is_empty() {
            self.queue.push_back(Chunk::Reasoning(text));
        }
    }
    /// More of the words with which the model refuses.
    pub(crate) fn refusal(&mut self, text: &str) {
        self.refusal.push_str(text);
    }
    /// More of the call at place `index`. Servers repeat its name: the first one counts.
    pub(crate) fn call(
        &mut self,
        index: usize,
        mut id: String,
        mut name: String,
        arguments: String,
    ) {
        if index >= MOST_CALLS {
            return;
        }
        self.has_calls = true;
        if self.named.len() <= index {
            self.named.resize(index + 1, false);
        }
        if self.named[index] {
            id.clear();
            name.clear();
        }
        self.named[index] |= !name.is_empty();
        self.queue.push_back(Chunk::ToolCall {
            index,
            id,
            name,
            arguments,
        });
    }
    pub(crate) fn citation(&mut self, citation: Citation) {
        self.queue.push_back(Chunk::Citation(citation));
    }
    pub(crate) fn logprobs(&mut self, tokens: Vec<TokenLogprob>) {
        if !tokens.is_empty() {
            self.queue.push_back(Chunk::Logprobs(tokens));
        }
    }
    /// What the server wants back in the next turn.
    pub(crate) fn replay(&mut self, block: ReplayBlock) {
        self.queue.push_back(Chunk::Replay(block));
    }
    /// Why the model stopped. Not the end: tokens may follow.
    pub(crate) fn finish(&mut self, reason: FinishReason) {
        if self.finish.is_none() {
            self.queue.push_back(Chunk::Finish(reason.clone()));
        }
        self.finish = Some(reason);
    }
    /// Tokens so far; the last word counts.
    pub(crate) fn usage(&mut self, usage: Usage) {
        self.usage = Some(usage);
    }
    /// The tokens so far.
    pub(crate) const fn used(&self) -> Option<Usage> {
        self.usage
    }
    /// The server said its last word.
    pub(crate) fn done(&mut self) {
        self.is_done = true;
    }
    pub(crate) const fn is_done(&self) -> bool {
        self.is_done
    }
    /// Whether it is known why the model stopped.
    pub(crate) const fn has_finished(&self) -> bool {
        self.finish.is_some()
    }
    /// Whether tools are called.
    pub(crate) const fn has_calls(&self) -> bool {
        self.has_calls
    }
    /// The text so far.
    pub(crate) fn so_far(&self) -> &str {
        &self.text
    }
    /// Whether nothing of a reply came.
    pub(super) const fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.has_calls
    }
    /// Whether pieces wait to be told that are more than the head.
    pub(super) fn has_news(&self) -> bool {
        self.queue
            .iter()
            .any(|piece| !matches!(piece, Chunk::Head { .. }))
    }
    #[cfg(test)]
    pub(crate) fn pop_for_test(&mut self) -> Option<Chunk> {
        self.pop()
    }
    pub(super) fn pop(&mut self) -> Option<Chunk> {
        self.queue.pop_front()
    }
    /// The reply is a refusal: no text, no call, and words or a reason that say why.
    pub(super) fn is_refused(&self) -> bool {
        let filtered = self.finish == Some(FinishReason::ContentFilter);
        self.is_empty() && (filtered || !self.refusal.is_empty())
    }
    /// The words of a refusal.
    pub(super) fn take_refusal(&mut self) -> Option<String> {
        Some(std::mem::take(&mut self.refusal)).filter(|words| !words.is_empty())
    }
    /// Pieces of a reply that came whole.
    pub(super) fn extend(&mut self, chunks: impl Iterator<Item = Chunk>) {
        self.queue.extend(chunks);
    }
}
