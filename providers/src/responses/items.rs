//! Output items, and what they are of a completion.
use super::REPLAY;
use crate::openai::logprobs;
use serde_json::{Map, Value};
use sigflow_core::{Completion, FinishReason, ReplayBlock, ToolCall};

/// What all items of a response together are.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) completion: Completion,
    pub(super) refusal: Option<String>,
}

impl Read {
    /// Takes one item. Kinds that are not known are not ours to judge.
    pub(super) fn item(&mut self, item: Value) {
        if let Some(block) = wanted(&item) {
            self.completion.replay.push(block);
        }
        let Value::Object(mut item) = item else {
            return;
        };
        match item.get("type").and_then(Value::as_str) {
            Some("message") => self.message(item),
            Some("reasoning") => {
                let text = thought(&item);
                self.thinks(&text);
            }
            Some("function_call") => {
                let index = self.completion.tool_calls.len();
                self.completion.tool_calls.extend(call(&mut item, index));
            }
            _ => {}
        }
    }

    fn message(&mut self, mut item: Map<String, Value>) {
        let mut text = String::new();
        match item.remove("content") {
            Some(Value::String(words)) => text = words,
            Some(Value::Array(parts)) => {
                for part in parts {
                    self.part(part, &mut text);
                }
            }
            _ => {}
        }
        // What a model says while it works is not yet its answer.
        if item.get("phase").and_then(Value::as_str) == Some("commentary") {
            self.thinks(&text);
        } else {
            self.completion.text.push_str(&text);
        }
    }

    fn part(&mut self, part: Value, text: &mut String) {
        let Value::Object(mut part) = part else {
            return;
        };
        if let Some(Value::String(words)) = part.remove("text") {
            text.push_str(&words);
        }
        if let Some(Value::String(words)) = part.remove("refusal") {
            self.refusal.get_or_insert_default().push_str(&words);
        }
        let tokens = logprobs::list(part.remove("logprobs"));
        self.completion.logprobs.extend(tokens);
    }

    fn thinks(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let reasoning = self.completion.reasoning.get_or_insert_default();
        if !reasoning.is_empty() {
            reasoning.push_str("\n\n");
        }
        reasoning.push_str(text);
    }

    /// Why the model stopped, by what there is and what the response says of itself.
    pub(super) fn ends(&mut self, response: &Map<String, Value>) {
        let reason = finish(response, !self.completion.tool_calls.is_empty());
        let is_refusal = self.completion.text.is_empty() && self.refusal.is_some();
        self.completion.finish_reason = Some(if is_refusal {
            FinishReason::ContentFilter
        } else {
            reason
        });
    }
}

/// What the server wants to see again: thoughts, and messages that say in which phase they were said.
pub(super) fn wanted(item: &Value) -> Option<ReplayBlock> {
    let is = |name: &str| item.get("type").and_then(Value::as_str) == Some(name);
    let has = |name: &str| item.get(name).is_some_and(Value::is_string);
    let is_wanted =
        is("reasoning") && (has("encrypted_content") || has("id")) || is("message") && has("phase");
    is_wanted.then(|| ReplayBlock::new(REPLAY, item.clone()))
}

/// The summary of a thought, else the thought itself, which open models show.
fn thought(item: &Map<String, Value>) -> String {
    let texts = |name: &str| {
        let parts = item.get(name).and_then(Value::as_array);
        let parts = parts.into_iter().flatten();
        let texts: Vec<&str> = parts
            .filter_map(|part| part.get("text")?.as_str())
            .collect();
        texts.join("\n\n")
    };
    match texts("summary") {
        summary if !summary.is_empty() => summary,
        _ => texts("content"),
    }
}

/// A tool that is called.
pub(super) fn call(item: &mut Map<String, Value>, index: usize) -> Option<ToolCall> {
    let mut text = |name: &str| match item.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        Some(value @ Value::Object(_)) => Some(value.to_string()),
        _ => None,
    };
    let id = text("call_id").or_else(|| text("id"));
    let id = id.unwrap_or_else(|| format!("call_{index}"));
    let arguments = text("arguments").unwrap_or_else(|| "{}".to_owned());
    Some(ToolCall::new(id, text("name")?, arguments))
}

/// Why the model stopped: a status, and more words where it is `incomplete`.
pub(super) fn finish(response: &Map<String, Value>, has_calls: bool) -> FinishReason {
    let status = response.get("status").and_then(Value::as_str);
    let details = response.get("incomplete_details");
    let reason = details.and_then(|details| details.get("reason")?.as_str());
    match (status, reason) {
        (_, Some("max_output_tokens" | "max_tokens")) => FinishReason::Length,
        (_, Some("content_filter")) => FinishReason::ContentFilter,
        (_, Some(reason)) => FinishReason::Other(reason.to_owned()),
        (Some("completed") | None, None) if has_calls => FinishReason::ToolCalls,
        (Some("completed") | None, None) => FinishReason::Stop,
        (Some(status), None) => FinishReason::Other(status.to_owned()),
    }
}
