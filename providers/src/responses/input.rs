//! Messages as input items: words, content parts, tools that were called, their answers, and what the server
//! wants back.
use super::REPLAY;
use crate::wire::{body::wrong, string};
use serde_json::{Value, json};
use sigflow_core::{
    Message, Part, Request, Result, Role, Text,
    types::{Document, File},
};
use std::fmt::Write as _;

const MARK: &str = ",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}";

/// All messages, as a list of items. With `mark` the end of the shared beginning is marked: the system's words,
/// which then are an item, or the last of the caller's words in the demos, for a model's own words take no mark.
pub(super) fn write(request: &Request, mark: bool, stored: bool, out: &mut String) -> Result<()> {
    let demos = &request.prefix.demos;
    let marked = mark.then(|| demos.iter().rposition(|demo| demo.role == Role::User));
    let mut items = Items { out, first: true };
    items.out.push('[');
    let system = &request.prefix.system;
    if mark && !system.as_str().is_empty() {
        items.open();
        items.out.push_str("\"role\":\"system\",\"content\":");
        words(system, marked == Some(None), items.out);
        items.out.push('}');
    }
    for (index, message) in demos.iter().chain(&request.turns).enumerate() {
        items.message(message, marked == Some(Some(index)), stored)?;
    }
    items.out.push(']');
    Ok(())
}

struct Items<'a> {
    out: &'a mut String,
    first: bool,
}

impl Items<'_> {
    fn open(&mut self) {
        self.comma();
        self.out.push('{');
    }
    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
    }

    fn message(&mut self, message: &Message, mark: bool, stored: bool) -> Result<()> {
        if let Some((id, _)) = &message.answers {
            self.open();
            self.out
                .push_str("\"type\":\"function_call_output\",\"call_id\":");
            string(id, self.out);
            self.out.push_str(",\"output\":");
            content(message, false, self.out)?;
            self.out.push('}');
            return Ok(());
        }
        // What the model thought stands before what it said.
        let own = message.replay.iter();
        let own = own.filter(|replay| replay.provider == REPLAY);
        let mut is_said = false;
        for replay in own {
            let is = |name: &str| replay.block.get("type").and_then(Value::as_str) == Some(name);
            // Thoughts that are not encrypted are known by their name, to a server that keeps them.
            let is_known = stored
                || replay
                    .block
                    .get("encrypted_content")
                    .is_some_and(Value::is_string);
            if is("reasoning") && !is_known {
                continue;
            }
            is_said |= is("message");
            self.comma();
            let _ = write!(self.out, "{}", replay.block);
        }
        let is_empty = message.parts.is_empty() && message.text().is_empty();
        let only_calls = is_empty && !message.tool_calls.is_empty();
        if !is_said && !only_calls {
            self.open();
            if message.role == Role::Assistant {
                // llama.cpp tells the model's own items by it
                self.out.push_str("\"type\":\"message\",");
            }
            let _ = write!(
                self.out,
                "\"role\":\"{}\",\"content\":",
                message.role.as_str()
            );
            content(message, mark, self.out)?;
            self.out.push('}');
        }
        for call in &message.tool_calls {
            self.open();
            self.out.push_str("\"type\":\"function_call\",\"call_id\":");
            string(&call.id, self.out);
            self.out.push_str(",\"name\":");
            string(&call.name, self.out);
            self.out.push_str(",\"arguments\":");
            string(&call.arguments, self.out);
            self.out.push('}');
        }
        Ok(())
    }
}

/// Text, or one part where there must be a mark in it.
fn words(text: &Text, mark: bool, out: &mut String) {
    if !mark {
        return text.write_json(out);
    }
    out.push_str("[{\"type\":\"input_text\",\"text\":");
    text.write_json(out);
    out.push_str(MARK);
    out.push_str("}]");
}

fn content(message: &Message, mark: bool, out: &mut String) -> Result<()> {
    if message.parts.is_empty() {
        words(&message.content, mark, out);
        return Ok(());
    }
    for (index, part) in message.parts.iter().enumerate() {
        out.push(if index > 0 { ',' } else { '[' });
        self::part(part, message.role, out)?;
    }
    if mark && out.ends_with('}') {
        out.pop();
        out.push_str(MARK);
        out.push('}');
    }
    out.push(']');
    Ok(())
}

fn part(part: &Part, role: Role, out: &mut String) -> Result<()> {
    match part {
        Part::Text(text) => {
            out.push_str(match role {
                Role::Assistant => "{\"type\":\"output_text\",\"text\":",
                _ => "{\"type\":\"input_text\",\"text\":",
            });
            string(text, out);
            out.push('}');
        }
        Part::Image(image) => {
            out.push_str("{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":");
            string(&image.url, out);
            out.push('}');
        }
        Part::File(file) => {
            let _ = write!(out, "{}", self::file(file));
        }
        Part::Document(document) => {
            let _ = write!(out, "{}", self::document(document));
        }
        Part::Block(block) => {
            let _ = write!(out, "{block}");
        }
        _ => {
            let message = "responses take no audio; use `openai/…` with a model that hears, or send its words";
            return Err(wrong(message));
        }
    }
    Ok(())
}

fn file(file: &File) -> Value {
    let mut block = json!({"type": "input_file"});
    for (name, value) in [
        ("file_id", &file.file_id),
        ("filename", &file.filename),
        ("file_data", &file.file_data),
    ] {
        if let Some(value) = value {
            block[name] = value.as_str().into();
        }
    }
    block
}

/// There are no documents: one of text is text below its title, a PDF is a file.
fn document(document: &Document) -> Value {
    if document.is_pdf() {
        let name = document.title.as_deref().unwrap_or("document.pdf");
        let data = format!("data:application/pdf;base64,{}", document.data);
        return json!({"type": "input_file", "filename": name, "file_data": data});
    }
    let head: Vec<&str> = [&document.title, &document.context]
        .into_iter()
        .filter_map(|text| text.as_deref().filter(|text| !text.is_empty()))
        .chain([document.data.as_str()])
        .collect();
    json!({"type": "input_text", "text": head.join("\n")})
}
