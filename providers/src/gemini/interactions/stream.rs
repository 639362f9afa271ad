//! A reply in pieces: events that begin steps, add to them and end them. `interaction.completed` is the last.
use super::{
    PROVIDER,
    response::{arguments, failure, finish_reason, is_signed, summary, usage, words},
};
use crate::{
    http::said::Said,
    wire::{Fault, Pieces, take_text},
};
use serde_json::{Map, Value, json};
use sigflow_core::ReplayBlock;

/// Reads the events of one stream.
#[derive(Debug, Default)]
pub(in crate::gemini) struct Reader {
    steps: Vec<Step>,
    calls: usize,
}

/// A step as far as it came, for the next turn.
#[derive(Debug)]
struct Step {
    index: u64,
    value: Value,
    /// Its place among the calls, if it is one, and its arguments so far.
    call: Option<(usize, String)>,
}

impl Reader {
    /// `name` is the event's own, for servers that do not repeat it inside.
    pub(in crate::gemini) fn event(
        &mut self,
        name: &str,
        mut members: Map<String, Value>,
        pieces: &mut Pieces,
    ) -> Result<(), Fault> {
        let kind = take_text(&mut members, "event_type").unwrap_or_else(|| name.to_owned());
        let index = members.get("index").and_then(Value::as_u64).unwrap_or(0);
        match kind.as_str() {
            "step.start" => self.start(index, members.remove("step"), pieces),
            "step.delta" => self.delta(index, members.remove("delta"), pieces),
            "step.stop" => self.stop(index, pieces),
            "error" => {
                let said = Said::from_members(&members).unwrap_or_default();
                return Err(Fault::Said(said));
            }
            _ => return self.interaction(&kind, members, pieces),
        }
        Ok(())
    }

    /// Events of the whole interaction.
    fn interaction(
        &mut self,
        kind: &str,
        mut members: Map<String, Value>,
        pieces: &mut Pieces,
    ) -> Result<(), Fault> {
        let mut interaction = match members.remove("interaction") {
            Some(Value::Object(interaction)) => interaction,
            // an update stands for itself; what is unknown says nothing
            _ if kind == "interaction.status_update" => members,
            _ => return Ok(()),
        };
        if let Some(said) = failure(&interaction) {
            return Err(Fault::Said(said));
        }
        if !pieces.has_head() {
            let model = take_text(&mut interaction, "model").unwrap_or_default();
            pieces.head(model, take_text(&mut interaction, "id"));
        }
        if let Some(usage) = interaction.get("usage").and_then(usage) {
            pieces.usage(usage);
        }
        let status = interaction.get("status").and_then(Value::as_str);
        let reason = finish_reason(status.unwrap_or_default(), pieces.has_calls());
        if let Some(reason) = reason {
            self.replay(pieces);
            pieces.finish(reason);
        }
        if kind == "interaction.completed" {
            self.replay(pieces);
            pieces.done();
        }
        Ok(())
    }

    fn start(&mut self, index: u64, step: Option<Value>, pieces: &mut Pieces) {
        let Some(value @ Value::Object(_)) = step else {
            return;
        };
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut call = None;
        match text("type") {
            "model_output" => pieces.text(words(&value)),
            "thought" => pieces.reasoning(summary(&value)),
            "function_call" => {
                let (id, name) = (text("id").to_owned(), text("name").to_owned());
                pieces.call(self.calls, id, name, String::new());
                call = Some((self.calls, String::new()));
                self.calls += 1;
            }
            _ => {}
        }
        self.steps.push(Step { index, value, call });
    }

    fn delta(&mut self, index: u64, delta: Option<Value>, pieces: &mut Pieces) {
        let Some(Value::Object(mut delta)) = delta else {
            return;
        };
        let kind = take_text(&mut delta, "type").unwrap_or_default();
        let step = self.step(index, &kind);
        match kind.as_str() {
            "text" => {
                let text = take_text(&mut delta, "text").unwrap_or_default();
                append(&mut step.value, "content", &text);
                pieces.text(text);
            }
            "thought_summary" => {
                let content = delta.get_mut("content").and_then(Value::as_object_mut);
                let text = content.and_then(|content| take_text(content, "text"));
                let text = text.unwrap_or_default();
                append(&mut step.value, "summary", &text);
                pieces.reasoning(text);
            }
            "thought_signature" => {
                if let Some(more) = take_text(&mut delta, "signature") {
                    let so_far = step.value.get("signature").and_then(Value::as_str);
                    step.value["signature"] =
                        Value::from(so_far.unwrap_or_default().to_owned() + &more);
                }
            }
            "arguments_delta" => {
                let more = match delta.remove("arguments") {
                    Some(Value::String(text)) => text,
                    None | Some(Value::Null) => String::new(),
                    Some(value) => value.to_string(),
                };
                if let Some((place, so_far)) = &mut step.call {
                    so_far.push_str(&more);
                    pieces.call(*place, String::new(), String::new(), more);
                }
            }
            _ => {}
        }
    }

    /// The step of a piece; a server that did not begin it is forgiven.
    fn step(&mut self, index: u64, delta: &str) -> &mut Step {
        let at = self.steps.iter().rposition(|step| step.index == index);
        let at = at.unwrap_or_else(|| {
            let kind = if delta.starts_with("thought") {
                "thought"
            } else {
                "model_output"
            };
            let value = json!({ "type": kind });
            let call = None;
            self.steps.push(Step { index, value, call });
            self.steps.len() - 1
        });
        &mut self.steps[at]
    }

    fn stop(&mut self, index: u64, pieces: &mut Pieces) {
        let mut steps = self.steps.iter_mut().rev();
        let Some(step) = steps.find(|step| step.index == index) else {
            return;
        };
        if let Some((place, so_far)) = &mut step.call {
            if so_far.is_empty() {
                // they came whole with the beginning
                *so_far = arguments(step.value.get("arguments"));
                pieces.call(*place, String::new(), String::new(), so_far.clone());
            }
            if let Ok(whole) = serde_json::from_str::<Value>(so_far) {
                step.value["arguments"] = whole;
            }
        }
    }

    /// All steps as they came, where one of them bears a signature.
    fn replay(&mut self, pieces: &mut Pieces) {
        let steps = std::mem::take(&mut self.steps);
        if steps.iter().any(|step| is_signed(&step.value)) {
            for step in steps {
                pieces.replay(ReplayBlock::new(PROVIDER, step.value));
            }
        }
    }
}

/// More of a step's text, which is one part however many pieces it came in.
fn append(step: &mut Value, member: &str, more: &str) {
    if more.is_empty() {
        return;
    }
    if !step[member].is_array() {
        step[member] = json!([]);
    }
    let parts = step[member].as_array_mut();
    let last = parts.and_then(|parts| {
        if parts.last().and_then(|part| part.get("text")).is_none() {
            parts.push(json!({"type": "text", "text": ""}));
        }
        parts.last_mut()
    });
    if let Some(Value::String(text)) = last.and_then(|part| part.get_mut("text")) {
        text.push_str(more);
    }
}
