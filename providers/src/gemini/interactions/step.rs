//! Messages as steps.
use super::PROVIDER;
use crate::wire::{Content, Kind, Source, base64, content, object, string};
use serde_json::Value;
use sigflow_core::{Message, Role};
use std::fmt::Write as _;

/// All messages but the system's. `files` stands in front of a file's name.
pub(super) fn steps<'a>(
    messages: impl Iterator<Item = &'a Message>,
    files: &str,
    out: &mut String,
) -> std::fmt::Result {
    let mut first = true;
    let mut begin = |out: &mut String| {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
    };
    for message in messages {
        match message.role {
            Role::System => {}
            Role::Tool => {
                begin(out);
                answer(message, files, out)?;
            }
            Role::Assistant => {
                let (kept, whole) = replayed(message);
                for step in &kept {
                    begin(out);
                    write!(out, "{step}")?;
                }
                if whole {
                    continue;
                }
                if !message.text().is_empty() || message.tool_calls.is_empty() {
                    begin(out);
                    said("model_output", message, files, out)?;
                }
                for call in &message.tool_calls {
                    begin(out);
                    out.push_str("{\"type\":\"function_call\",\"id\":");
                    string(&call.id, out);
                    out.push_str(",\"name\":");
                    string(&call.name, out);
                    out.push_str(",\"arguments\":");
                    if call.arguments.trim().is_empty() {
                        out.push_str("{}");
                    } else {
                        object(&call.arguments, "arguments", out);
                    }
                    out.push('}');
                }
            }
            _ => {
                begin(out);
                said("user_input", message, files, out)?;
            }
        }
    }
    Ok(())
}

fn said(kind: &str, message: &Message, files: &str, out: &mut String) -> std::fmt::Result {
    write!(out, "{{\"type\":\"{kind}\",\"content\":[")?;
    if message.parts.is_empty() {
        out.push_str("{\"type\":\"text\",\"text\":");
        message.content.write_json(out);
        out.push('}');
    } else {
        parts(message, files, out)?;
    }
    out.push_str("]}");
    Ok(())
}

fn parts(message: &Message, files: &str, out: &mut String) -> std::fmt::Result {
    for (index, part) in message.parts.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        self::part(&content(part), files, out)?;
    }
    Ok(())
}

fn part(part: &Content<'_>, files: &str, out: &mut String) -> std::fmt::Result {
    let (kind, source) = match part {
        Content::Text(text) => {
            out.push_str("{\"type\":\"text\",\"text\":");
            string(text, out);
            out.push('}');
            return Ok(());
        }
        Content::Own(block) => return write!(out, "{block}"),
        Content::Media(kind, source) => (kind, source),
    };
    let kind = match kind {
        Kind::Image => "image",
        Kind::Audio => "audio",
        Kind::Video => "video",
        Kind::File => "document",
    };
    write!(out, "{{\"type\":\"{kind}\",")?;
    match source {
        Source::Bytes { media_type, data } => {
            out.push_str("\"mime_type\":");
            string(media_type, out);
            out.push_str(",\"data\":");
            base64(data, out);
        }
        Source::Address { media_type, url } => {
            if let Some(media_type) = media_type {
                write!(out, "\"mime_type\":\"{media_type}\",")?;
            }
            out.push_str("\"uri\":");
            if url.contains(':') {
                string(url, out);
            } else {
                string(&format!("{files}{url}"), out);
            }
        }
    }
    out.push('}');
    Ok(())
}

fn answer(message: &Message, files: &str, out: &mut String) -> std::fmt::Result {
    let (id, name) = match &message.answers {
        Some((id, name)) => (id.as_str(), name.as_str()),
        None => ("", ""),
    };
    out.push_str("{\"type\":\"function_result\",\"call_id\":");
    string(id, out);
    if !name.is_empty() {
        out.push_str(",\"name\":");
        string(name, out);
    }
    out.push_str(",\"result\":");
    if message.parts.is_empty() {
        message.content.write_json(out);
    } else {
        out.push('[');
        parts(message, files, out)?;
        out.push(']');
    }
    out.push('}');
    Ok(())
}

/// The steps of the model's turn as they came, and whether they are all that the message says. Who edits a message means the
/// edit: of such a turn only the thoughts go back.
fn replayed(message: &Message) -> (Vec<&Value>, bool) {
    let own = message.replay.iter().filter(|it| it.provider == PROVIDER);
    let steps: Vec<&Value> = own.map(|it| &it.block).collect();
    if steps.is_empty() {
        return (steps, false);
    }
    let is = |step: &Value, kind: &str| step.get("type").and_then(Value::as_str) == Some(kind);
    let text: String = steps
        .iter()
        .map(|step| super::response::words(step))
        .collect();
    let calls = steps.iter().filter(|step| is(step, "function_call"));
    let calls = calls.filter_map(|step| step.get("id").and_then(Value::as_str));
    let same = calls.eq(message.tool_calls.iter().map(|call| call.id.as_str()));
    if same && text == message.text() {
        return (steps, true);
    }
    let thoughts = steps.into_iter().filter(|step| is(step, "thought"));
    (thoughts.collect(), false)
}
