//! Messages as `contents`: who speaks, and parts.
use super::PROVIDER;
use crate::wire::{Content, Source, base64, content, object, string};
use serde_json::Value;
use sigflow_core::{Message, Role, ToolCall};
use std::fmt::Write as _;

/// What Google lets stand in the place of a signature for calls that another model made.
const FOREIGN: &str = "skip_thought_signature_validator";

/// Writes messages.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    /// In front of a file's name, which servers want as an address.
    pub(super) files: String,
    pub(super) wants_signatures: bool,
}

impl Contents {
    /// All messages but the system's. Answers of tools that were called together stand in one content.
    pub(super) fn write<'a>(
        &self,
        messages: impl Iterator<Item = &'a Message>,
        out: &mut String,
    ) -> std::fmt::Result {
        let (mut answers, mut first) = (false, true);
        for message in messages.filter(|message| message.role != Role::System) {
            let is_answer = message.role == Role::Tool;
            if answers && !is_answer {
                out.push_str("]}");
            }
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            if is_answer {
                if !answers {
                    out.push_str("{\"role\":\"user\",\"parts\":[");
                }
                self.answer(message, out)?;
            } else if message.role == Role::Assistant {
                self.said(message, out)?;
            } else {
                out.push_str("{\"role\":\"user\",\"parts\":[");
                self.words(message, out)?;
                out.push_str("]}");
            }
            answers = is_answer;
        }
        if answers {
            out.push_str("]}");
        }
        Ok(())
    }

    /// The parts of a message, or its words.
    fn words(&self, message: &Message, out: &mut String) -> std::fmt::Result {
        if message.parts.is_empty() {
            out.push_str("{\"text\":");
            message.content.write_json(out);
            out.push('}');
            return Ok(());
        }
        for (index, part) in message.parts.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            self.part(&content(part), out)?;
        }
        Ok(())
    }

    fn part(&self, part: &Content<'_>, out: &mut String) -> std::fmt::Result {
        match part {
            Content::Text(text) => {
                out.push_str("{\"text\":");
                string(text, out);
                out.push('}');
            }
            Content::Media(_, Source::Bytes { media_type, data }) => {
                out.push_str("{\"inlineData\":{\"mimeType\":");
                string(media_type, out);
                out.push_str(",\"data\":");
                base64(data, out);
                out.push_str("}}");
            }
            Content::Media(_, Source::Address { media_type, url }) => {
                out.push_str("{\"fileData\":{");
                if let Some(media_type) = media_type {
                    write!(out, "\"mimeType\":\"{media_type}\",")?;
                }
                out.push_str("\"fileUri\":");
                if url.contains(':') {
                    string(url, out);
                } else {
                    string(&format!("{}{url}", self.files), out);
                }
                out.push_str("}}");
            }
            Content::Own(block) => write!(out, "{block}")?,
        }
        Ok(())
    }

    /// What the model said: as it came, where that must be; else its words and its calls.
    fn said(&self, message: &Message, out: &mut String) -> std::fmt::Result {
        out.push_str("{\"role\":\"model\",\"parts\":[");
        if let Some(parts) = replayed(message) {
            for (index, part) in parts.enumerate() {
                let comma = if index > 0 { "," } else { "" };
                write!(out, "{comma}{part}")?;
            }
        } else {
            let is_silent = message.parts.is_empty() && message.text().is_empty();
            let speaks = !is_silent || message.tool_calls.is_empty();
            if speaks {
                self.words(message, out)?;
            }
            for (index, call) in message.tool_calls.iter().enumerate() {
                if speaks || index > 0 {
                    out.push(',');
                }
                tool_call(call, out);
                // of calls made together only the first bears one
                if index == 0 && self.wants_signatures {
                    write!(out, ",\"thoughtSignature\":\"{FOREIGN}\"")?;
                }
                out.push('}');
            }
        }
        out.push_str("]}");
        Ok(())
    }

    fn answer(&self, message: &Message, out: &mut String) -> std::fmt::Result {
        let (id, name) = match &message.answers {
            Some((id, name)) => (id.as_str(), name.as_str()),
            None => ("", ""),
        };
        out.push_str("{\"functionResponse\":{");
        call_id(id, out);
        out.push_str("\"name\":");
        string(if name.is_empty() { id } else { name }, out);
        out.push_str(",\"response\":");
        object(message.text(), "output", out);
        let media = message.parts.iter().map(content);
        let media = media.filter(|part| matches!(part, Content::Media(..)));
        let media: Vec<Content<'_>> = media.collect();
        for (index, medium) in media.iter().enumerate() {
            out.push_str(if index == 0 { ",\"parts\":[" } else { "," });
            self.part(medium, out)?;
        }
        if !media.is_empty() {
            out.push(']');
        }
        out.push_str("}}");
        Ok(())
    }
}

/// `{"functionCall":{…}`, open for a signature.
fn tool_call(call: &ToolCall, out: &mut String) {
    out.push_str("{\"functionCall\":{");
    call_id(&call.id, out);
    out.push_str("\"name\":");
    string(&call.name, out);
    out.push_str(",\"args\":");
    if call.arguments.trim().is_empty() {
        out.push_str("{}");
    } else {
        object(&call.arguments, "arguments", out);
    }
    out.push('}');
}

/// `"id":…,` unless the name of the call is one of ours, which the server never saw.
fn call_id(id: &str, out: &mut String) {
    if !id.is_empty() && !is_ours(id) {
        out.push_str("\"id\":");
        string(id, out);
        out.push(',');
    }
}

/// The name of a call to which the server gave none.
pub(super) fn our_id(index: usize) -> String {
    format!("call_{index}")
}

fn is_ours(id: &str) -> bool {
    let number = id.strip_prefix("call_");
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The parts of the model's turn as they came, if the message still says what they do: who edits a message means the edit.
fn replayed(message: &Message) -> Option<impl Iterator<Item = &Value>> {
    let blocks = || {
        let own = message.replay.iter().filter(|it| it.provider == PROVIDER);
        own.map(|it| &it.block)
    };
    blocks().next()?;
    let is_thought = |part: &Value| part.get("thought") == Some(&Value::Bool(true));
    let mut text = message.text();
    for part in blocks().filter(|part| !is_thought(part)) {
        if let Some(words) = part.get("text").and_then(Value::as_str) {
            text = text.strip_prefix(words)?;
        }
    }
    let names = blocks().filter_map(|part| part.get("functionCall")?.get("name")?.as_str());
    let same = names.eq(message.tool_calls.iter().map(|call| call.name.as_str()));
    // thoughts without a signature are words for people
    let needed = move |part: &&Value| !is_thought(part) || part.get("thoughtSignature").is_some();
    (text.is_empty() && same).then(|| blocks().filter(needed))
}
