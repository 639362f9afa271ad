//! A reply in pieces: each event is a reply of its own that holds what is new. No event is the last by its name: a reply is
//! whole when it was said why the model stopped.
use super::response::{Piece, blocked, finish_reason, logprobs, piece, replay, usage};
use crate::wire::{Pieces, take_text};
use serde_json::{Map, Value};
use sigflow_core::FinishReason;

/// Reads the events of one stream.
#[derive(Debug, Default)]
pub(in crate::gemini) struct Reader {
    /// The parts so far, as the server wants them back.
    parts: Vec<Value>,
    calls: usize,
}

impl Reader {
    pub(in crate::gemini) fn event(
        &mut self,
        mut members: Map<String, Value>,
        pieces: &mut Pieces,
    ) {
        if !pieces.has_head() {
            let model = take_text(&mut members, "modelVersion").unwrap_or_default();
            pieces.head(model, take_text(&mut members, "responseId"));
        }
        if let Some(usage) = members.get("usageMetadata").and_then(usage) {
            pieces.usage(usage);
        }
        let candidates = match members.remove("candidates") {
            Some(Value::Array(candidates)) => candidates,
            _ => Vec::new(),
        };
        if let (true, Some(words)) = (candidates.is_empty(), blocked(&members)) {
            pieces.refusal(&words);
            pieces.finish(FinishReason::ContentFilter);
            pieces.done();
            return;
        }
        for candidate in candidates {
            let Value::Object(candidate) = candidate else {
                continue;
            };
            if matches!(
                candidate.get("index").and_then(Value::as_u64),
                None | Some(0)
            ) {
                self.candidate(candidate, pieces);
            }
        }
        // the last event counts all tokens
        if pieces.has_finished() && pieces.used().is_some() {
            pieces.done();
        }
    }

    fn candidate(&mut self, mut candidate: Map<String, Value>, pieces: &mut Pieces) {
        let parts = candidate
            .get_mut("content")
            .and_then(|content| content.get_mut("parts"));
        if let Some(Value::Array(parts)) = parts.map(Value::take) {
            for part in parts {
                self.keep(&part);
                match piece(part, self.calls) {
                    Some(Piece::Text(text)) => pieces.text(text),
                    Some(Piece::Thought(text)) => pieces.reasoning(text),
                    Some(Piece::Call(call)) => {
                        pieces.call(self.calls, call.id, call.name, call.arguments);
                        self.calls += 1;
                    }
                    None => {}
                }
            }
        }
        pieces.logprobs(logprobs(candidate.get("logprobsResult")));
        let reason = candidate.get("finishReason");
        if let Some(reason) = reason.and_then(|reason| finish_reason(reason, self.calls > 0)) {
            if reason == FinishReason::ContentFilter {
                pieces.refusal(&take_text(&mut candidate, "finishMessage").unwrap_or_default());
            }
            for block in replay(&std::mem::take(&mut self.parts)) {
                pieces.replay(block);
            }
            pieces.finish(reason);
        }
    }

    /// Pieces of one text are one part again; a part with a signature stays alone.
    fn keep(&mut self, part: &Value) {
        let is_plain = |part: &Value| {
            part.as_object().is_some_and(|members| {
                members.contains_key("text")
                    && members.keys().all(|key| key == "text" || key == "thought")
            })
        };
        if let Some(last) = self.parts.last_mut()
            && is_plain(part)
            && is_plain(last)
            && last.get("thought") == part.get("thought")
            && let (Some(Value::String(text)), Some(more)) = (
                last.get_mut("text"),
                part.get("text").and_then(Value::as_str),
            )
        {
            text.push_str(more);
        } else {
            self.parts.push(part.clone());
        }
    }
}
