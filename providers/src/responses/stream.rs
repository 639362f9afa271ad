//! A reply in pieces: server-sent events whose data say what they are. Numbers of sequence are not relied on, nor
//! places of output: servers beside `OpenAI`'s forget them.
use super::items::{Read, call, finish, wanted};
use crate::{
    http::said::Said,
    openai::{logprobs, usage},
    wire::{self, Event, Fault, Pieces, event_object, take_text},
};
use serde_json::{Map, Value};

/// Reads the events of one stream.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    calls: Vec<Call>,
    /// Something of the text under way came in pieces, so that its end says nothing new.
    has_text: bool,
    /// What is said is not the answer yet.
    is_commentary: bool,
    has_thought: bool,
}

/// A call under way.
#[derive(Debug, Default)]
struct Call {
    item: Option<String>,
    place: Option<u64>,
    has_arguments: bool,
}

impl wire::Reader for Reader {
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault> {
        let data = event.data.trim();
        if data.is_empty() || data == "[DONE]" {
            return Ok(());
        }
        let mut members = event_object("an event", data)?;
        let kind = take_text(&mut members, "type").unwrap_or_else(|| event.name.to_owned());
        match kind.as_str() {
            "response.created" | "response.in_progress" | "response.queued" => {
                if let Some(Value::Object(mut response)) = members.remove("response") {
                    head(&mut response, pieces);
                }
            }
            "response.output_item.added" => self.begins(members, pieces),
            "response.output_item.done" => self.item_done(members, pieces),
            "response.output_text.delta" => self.says(members, "delta", pieces),
            "response.output_text.done" => {
                if !std::mem::take(&mut self.has_text) {
                    self.says(members, "text", pieces);
                    self.has_text = false;
                }
            }
            "response.refusal.delta" => {
                pieces.refusal(&take_text(&mut members, "delta").unwrap_or_default());
            }
            "response.reasoning_summary_text.delta"
            | "response.reasoning_text.delta"
            | "response.reasoning.delta" => {
                self.thinks(take_text(&mut members, "delta").unwrap_or_default(), pieces);
            }
            // each part of a summary is a paragraph of its own
            "response.reasoning_summary_part.added" if self.has_thought => {
                pieces.reasoning("\n\n".to_owned());
            }
            "response.function_call_arguments.delta" => self.argues(members, "delta", pieces),
            "response.function_call_arguments.done" => self.argues(members, "arguments", pieces),
            "response.completed" | "response.incomplete" => ends(members, pieces),
            "response.failed" | "response.cancelled" | "error" => {
                return Err(failure(&members, data));
            }
            _ => {
                if let Some(said) = Said::from_members(&members) {
                    return Err(Fault::Said(said));
                }
            }
        }
        Ok(())
    }
}

impl Reader {
    /// An item begins.
    fn begins(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) {
        let place = members.get("output_index").and_then(Value::as_u64);
        let Some(Value::Object(mut item)) = members.remove("item") else {
            return;
        };
        match item.get("type").and_then(Value::as_str) {
            Some("message") => {
                self.has_text = false;
                let phase = item.get("phase").and_then(Value::as_str);
                self.is_commentary = phase == Some("commentary");
                if self.is_commentary && self.has_thought {
                    pieces.reasoning("\n\n".to_owned());
                }
            }
            Some("function_call") => self.call(&mut item, place, pieces),
            _ => {}
        }
    }

    fn call(&mut self, item: &mut Map<String, Value>, place: Option<u64>, pieces: &mut Pieces) {
        let index = self.calls.len();
        let id = item.get("id").and_then(Value::as_str).map(str::to_owned);
        // arguments that are there already are all of them
        let written = item.get("arguments").and_then(Value::as_str);
        let has_arguments = written.is_some_and(|text| !text.is_empty());
        if let Some(call) = call(item, index) {
            let arguments = if has_arguments {
                call.arguments
            } else {
                String::new()
            };
            pieces.call(index, call.id, call.name, arguments);
            self.calls.push(Call {
                item: id,
                place,
                has_arguments,
            });
        }
    }

    /// More of the arguments of a call, or all of them where none came before.
    fn argues(&mut self, mut members: Map<String, Value>, name: &str, pieces: &mut Pieces) {
        let Some(index) = self.of(&members) else {
            return;
        };
        let is_piece = name == "delta";
        let call = &mut self.calls[index];
        if is_piece || !call.has_arguments {
            let arguments = take_text(&mut members, name).unwrap_or_default();
            call.has_arguments |= !arguments.is_empty();
            pieces.call(index, String::new(), String::new(), arguments);
        }
    }

    /// Which call an event speaks of: by the item's name, else its place, else the last that began.
    fn of(&self, members: &Map<String, Value>) -> Option<usize> {
        let item = members.get("item_id").and_then(Value::as_str);
        let place = members.get("output_index").and_then(Value::as_u64);
        let by_item = || {
            let item = item?;
            let mut calls = self.calls.iter();
            calls.position(|call| call.item.as_deref() == Some(item))
        };
        let by_place = || {
            let place = place?;
            self.calls.iter().position(|call| call.place == Some(place))
        };
        by_item()
            .or_else(by_place)
            .or(self.calls.len().checked_sub(1))
    }

    fn item_done(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) {
        let Some(item) = members.remove("item") else {
            return;
        };
        if let Some(block) = wanted(&item) {
            pieces.replay(block);
        }
        let Value::Object(mut item) = item else {
            return;
        };
        match item.get("type").and_then(Value::as_str) {
            Some("function_call") => {
                let id = item.get("id").and_then(Value::as_str);
                let place = members.get("output_index").and_then(Value::as_u64);
                let known = |call: &Call| {
                    id.is_some() && call.item.as_deref() == id
                        || place.is_some() && call.place == place
                };
                match self.calls.iter().position(known) {
                    // A server that sends no pieces of it sends the whole.
                    Some(index) if !self.calls[index].has_arguments => {
                        self.calls[index].has_arguments = true;
                        let arguments = take_text(&mut item, "arguments").unwrap_or_default();
                        pieces.call(index, String::new(), String::new(), arguments);
                    }
                    Some(_) => {}
                    None if id.is_none() && place.is_none() && !self.calls.is_empty() => {}
                    None => self.call(&mut item, place, pieces),
                }
            }
            Some("message") => self.is_commentary = false,
            _ => {}
        }
    }

    fn says(&mut self, mut members: Map<String, Value>, name: &str, pieces: &mut Pieces) {
        let words = take_text(&mut members, name).unwrap_or_default();
        self.has_text |= !words.is_empty();
        if self.is_commentary {
            return self.thinks(words, pieces);
        }
        pieces.text(words);
        pieces.logprobs(logprobs::list(members.remove("logprobs")));
    }

    fn thinks(&mut self, words: String, pieces: &mut Pieces) {
        self.has_thought |= !words.is_empty();
        pieces.reasoning(words);
    }
}

/// The last event of a good stream: tokens, and why the model stopped.
fn ends(mut members: Map<String, Value>, pieces: &mut Pieces) {
    let Some(Value::Object(mut response)) = members.remove("response") else {
        let reason = finish(&members, pieces.has_calls());
        pieces.finish(reason);
        return pieces.done();
    };
    if let Some(usage) = response.get("usage").and_then(usage) {
        pieces.usage(usage);
    }
    head(&mut response, pieces);
    // A server that only seems to stream says all at once.
    if pieces.so_far().is_empty() && !pieces.has_calls() {
        let mut read = Read::default();
        if let Some(Value::Array(items)) = response.remove("output") {
            for item in items {
                read.item(item);
            }
        }
        pieces.text(read.completion.text);
        for (index, call) in read.completion.tool_calls.into_iter().enumerate() {
            pieces.call(index, call.id, call.name, call.arguments);
        }
        pieces.refusal(&read.refusal.unwrap_or_default());
    }
    let reason = finish(&response, pieces.has_calls());
    pieces.finish(reason);
    pieces.done();
}

/// Who answers.
fn head(response: &mut Map<String, Value>, pieces: &mut Pieces) {
    if !pieces.has_head() {
        let model = take_text(response, "model").unwrap_or_default();
        pieces.head(model, take_text(response, "id"));
    }
}

/// A failure: inside of the response, in a member of its own, or the event itself.
fn failure(members: &Map<String, Value>, data: &str) -> Fault {
    let response = members.get("response").and_then(Said::from_success);
    let said = response.or_else(|| Said::from_members(members));
    Fault::Said(said.unwrap_or_else(|| Said::from_body(data)))
}
