//! Messages in Anthropic's form: turns of user and assistant, each a text or a list of blocks.
use super::REPLAY;
use crate::wire::{
    arguments,
    blocks::{Blocks, Style, beginning, file_data, given, replayed, text_in},
    body::{self, wrong},
    data_uri, part_of, string,
};
use sigflow_core::{
    Message, Part, PromptCache, Request, Result, Role, ToolCall,
    types::{Document, File, Image},
};
use std::fmt::Write as _;

/// All messages but for the system's. Answers of tools, and what the user says behind them, are one turn: the API
/// wants all answers to the calls of a turn in the next one, answers first.
pub(super) fn messages(request: &Request, style: Style, out: &mut String) -> Result<()> {
    let demos = request.prefix.demos.len();
    // in a turn of answers, which may go on
    let mut answers = false;
    for (index, message) in body::messages(request).enumerate() {
        let mark = style.cache.filter(|_| index + 1 == demos);
        let joins = answers && matches!(message.role, Role::Tool | Role::User);
        if answers && !joins {
            out.push_str("]}");
            answers = false;
        }
        if !joins {
            out.push_str(if index > 0 { ",{" } else { "{" });
            out.push_str("\"role\":\"");
            out.push_str(match message.role {
                Role::Tool => "user",
                role => role.as_str(),
            });
            out.push_str("\",\"content\":");
        }
        if !joins && mark.is_none() && is_text(message) {
            message.content.write_json(out);
            out.push('}');
            continue;
        }
        let mut list = List {
            out: &mut *out,
            is_empty: !joins,
            style,
        };
        if !joins {
            list.out.push('[');
        }
        list.message(message)?;
        let is_ours = !list.is_empty && !matches!(message.parts.last(), Some(Part::Block(_)));
        if mark.is_some() && is_ours && !ends_in_thoughts(message) {
            self::mark(mark, out);
        }
        answers = joins || message.role == Role::Tool;
        if !answers {
            out.push_str("]}");
        }
    }
    if answers {
        out.push_str("]}");
    }
    Ok(())
}

/// Puts a mark into the object that was written last: the prompt up to here shall be kept.
pub(super) fn mark(cache: Option<PromptCache>, out: &mut String) {
    let Some(cache) = cache else { return };
    debug_assert!(out.ends_with('}'), "a mark belongs into an object");
    out.pop();
    out.push_str(match cache {
        PromptCache::Long => ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}",
        _ => ",\"cache_control\":{\"type\":\"ephemeral\"}}",
    });
}

/// Nothing but words.
fn is_text(message: &Message) -> bool {
    message.parts.is_empty()
        && message.tool_calls.is_empty()
        && message.answers.is_none()
        && !replays(message)
}

fn replays(message: &Message) -> bool {
    replayed(message, REPLAY).next().is_some()
}

/// No mark may stand on thoughts.
fn ends_in_thoughts(message: &Message) -> bool {
    replays(message)
        && message.tool_calls.is_empty()
        && message.parts.is_empty()
        && message.text().is_empty()
}

/// Blocks of one turn.
struct List<'a> {
    out: &'a mut String,
    is_empty: bool,
    style: Style,
}

impl Blocks for List<'_> {
    const PROVIDER: &'static str = REPLAY;
    const WORDS: &'static str = "{\"type\":\"text\",\"text\":";

    fn next(&mut self) -> &mut String {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(',');
        }
        self.out
    }

    fn part(&mut self, part: &Part) -> Result<()> {
        let style = self.style;
        self::part(part, style, self.next())
    }

    fn answer(&mut self, id: &str, message: &Message) -> Result<()> {
        let style = self.style;
        let out = self.next();
        out.push_str("{\"type\":\"tool_result\",\"tool_use_id\":");
        string(id, out);
        out.push_str(",\"content\":");
        if message.parts.is_empty() {
            message.content.write_json(out);
        } else {
            out.push('[');
            let mut inner = List {
                out: &mut *out,
                is_empty: true,
                style,
            };
            inner.content(message)?;
            out.push(']');
        }
        out.push('}');
        Ok(())
    }

    fn call(call: &ToolCall, out: &mut String) {
        out.push_str("{\"type\":\"tool_use\",\"id\":");
        string(&call.id, out);
        out.push_str(",\"name\":");
        string(&call.name, out);
        out.push_str(",\"input\":");
        arguments(&call.arguments, out);
        out.push('}');
    }
}

fn part(part: &Part, style: Style, out: &mut String) -> Result<()> {
    match part {
        Part::Text(text) => text_block(text, out),
        Part::Image(image) => return self::image(image, out),
        Part::Document(document) => self::document(document, style, out),
        Part::File(file) => return self::file(file, style, out),
        // a document is Anthropic's own, and whoever wrote it said whether it shall be cited
        Part::Block(block) => match part_of(block) {
            Some(meant) if !matches!(meant, Part::Text(_) | Part::Document(_)) => {
                return self::part(&meant, style, out);
            }
            _ => {
                let _ = write!(out, "{block}");
            }
        },
        Part::Audio(_) => {
            return Err(wrong(
                "Anthropic's API takes no sound; give the model a transcript".to_owned(),
            ));
        }
        other => {
            return Err(wrong(format!(
                "Anthropic's API has no block for a part like {other:?}; leave it out"
            )));
        }
    }
    Ok(())
}

fn text_block(text: &str, out: &mut String) {
    out.push_str(List::WORDS);
    string(text, out);
    out.push('}');
}

fn image(image: &Image, out: &mut String) -> Result<()> {
    let url = image.url.trim();
    out.push_str("{\"type\":\"image\",\"source\":");
    if let Some((kind, data)) = data_uri(url) {
        base64(kind, data, out);
    } else if url.starts_with("https://") || url.starts_with("http://") {
        out.push_str("{\"type\":\"url\",\"url\":");
        string(url, out);
        out.push('}');
    } else {
        let start = beginning(url);
        return Err(wrong(format!(
            "image `{start}` is neither a web address nor a data URI; use `Image::from_bytes`"
        )));
    }
    out.push('}');
    Ok(())
}

/// `{"type":"base64",…}`: no character of base64 needs an escape.
fn base64(kind: &str, data: &str, out: &mut String) {
    out.push_str("{\"type\":\"base64\",\"media_type\":");
    string(kind, out);
    out.push_str(",\"data\":");
    string(data, out);
    out.push('}');
}

fn document(document: &Document, style: Style, out: &mut String) {
    out.push_str("{\"type\":\"document\",\"source\":");
    if document.is_pdf() {
        base64("application/pdf", &document.data, out);
    } else {
        plain_text(&document.data, out);
    }
    for (name, value) in [("title", &document.title), ("context", &document.context)] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            let _ = write!(out, ",\"{name}\":");
            string(value, out);
        }
    }
    end_document(style, out);
}

fn plain_text(text: &str, out: &mut String) {
    out.push_str("{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":");
    string(text, out);
    out.push('}');
}

fn end_document(style: Style, out: &mut String) {
    if style.cites {
        out.push_str(",\"citations\":{\"enabled\":true}");
    }
    out.push('}');
}

/// A file by the server's name for it, or by its bytes: an image, a PDF, or text.
fn file(file: &File, style: Style, out: &mut String) -> Result<()> {
    let source = match (given(file.file_id.as_ref()), given(file.file_data.as_ref())) {
        (Some(id), _) => {
            let mut source = String::from("{\"type\":\"file\",\"file_id\":");
            string(id, &mut source);
            source.push('}');
            source
        }
        (None, Some(uri)) => {
            let (kind, data) = file_data(uri)?;
            let mut source = String::new();
            if kind.starts_with("image/") {
                out.push_str("{\"type\":\"image\",\"source\":");
                base64(kind, data, out);
                out.push('}');
                return Ok(());
            } else if kind == "application/pdf" {
                base64(kind, data, &mut source);
            } else if let Some(text) = text_in(data) {
                plain_text(&text, &mut source);
            } else {
                return Err(wrong(format!(
                    "Anthropic's API takes files that are images, PDFs or text, and none of type `{kind}`; turn it into one of these"
                )));
            }
            source
        }
        (None, None) => {
            return Err(wrong(
                "a file has neither data nor the server's name for it; use `File::from_bytes`"
                    .to_owned(),
            ));
        }
    };
    out.push_str("{\"type\":\"document\",\"source\":");
    out.push_str(&source);
    if let Some(name) = given(file.filename.as_ref()) {
        out.push_str(",\"title\":");
        string(name, out);
    }
    end_document(style, out);
    Ok(())
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
