//! Messages in Converse's form: turns of user and assistant that alternate, each a list of blocks.
use super::REPLAY;
use crate::wire::{
    arguments,
    blocks::{Blocks, Style, beginning, file_data, given, text_in},
    body::{self, wrong},
    data_uri, part_of, string,
};
use sigflow_core::{
    Message, Part, PromptCache, Request, Result, Role, ToolCall,
    types::{Audio, Document, File, Image},
};
use std::fmt::Write as _;

/// All messages but for the system's.
pub(super) fn messages(request: &Request, style: Style, out: &mut String) -> Result<()> {
    let demos = request.prefix.demos.len();
    let mut open = None;
    let mut list = List {
        out,
        is_empty: true,
        style,
        documents: 0,
    };
    for (index, message) in body::messages(request).enumerate() {
        let side = match message.role {
            Role::Tool => Role::User,
            role => role,
        };
        if open != Some(side) {
            if open.is_some() {
                list.out.push_str("]},");
            }
            let _ = write!(list.out, "{{\"role\":\"{}\",\"content\":[", side.as_str());
            open = Some(side);
            list.is_empty = true;
        }
        list.message(message)?;
        if index + 1 == demos && !list.is_empty {
            cache_point(style.cache, list.out);
        }
    }
    if open.is_some() {
        list.out.push_str("]}");
    }
    Ok(())
}

/// One more block: the prompt up to here shall be kept.
pub(super) fn cache_point(cache: Option<PromptCache>, out: &mut String) {
    out.push_str(match cache {
        None => "",
        Some(PromptCache::Long) => ",{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}",
        Some(_) => ",{\"cachePoint\":{\"type\":\"default\"}}",
    });
}

/// Blocks of one turn.
struct List<'a> {
    out: &'a mut String,
    is_empty: bool,
    style: Style,
    /// Documents so far: each needs a name of its own.
    documents: usize,
}

impl Blocks for List<'_> {
    const PROVIDER: &'static str = REPLAY;
    const WORDS: &'static str = "{\"text\":";

    fn next(&mut self) -> &mut String {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(',');
        }
        self.out
    }

    fn answer(&mut self, id: &str, message: &Message) -> Result<()> {
        let out = self.next();
        out.push_str("{\"toolResult\":{\"toolUseId\":");
        string(id, out);
        out.push_str(",\"content\":[");
        if message.parts.is_empty() {
            out.push_str("{\"text\":");
            message.content.write_json(out);
            out.push('}');
        } else {
            self.is_empty = true;
            self.content(message)?;
            self.is_empty = false;
        }
        self.out.push_str("]}}");
        Ok(())
    }

    fn part(&mut self, part: &Part) -> Result<()> {
        match part {
            Part::Text(text) => {
                let out = self.next();
                out.push_str("{\"text\":");
                string(text, out);
                out.push('}');
            }
            Part::Image(image) => self.image(image)?,
            Part::Audio(audio) => self.audio(audio),
            Part::Document(document) => self.document(document),
            Part::File(file) => self.file(file)?,
            Part::Block(block) => match part_of(block) {
                Some(meant) => return self.part(&meant),
                None => {
                    let _ = write!(self.next(), "{block}");
                }
            },
            other => {
                return Err(wrong(format!(
                    "Converse has no block for a part like {other:?}; leave it out"
                )));
            }
        }
        Ok(())
    }

    fn call(call: &ToolCall, out: &mut String) {
        out.push_str("{\"toolUse\":{\"toolUseId\":");
        string(&call.id, out);
        out.push_str(",\"name\":");
        string(&call.name, out);
        out.push_str(",\"input\":");
        arguments(&call.arguments, out);
        out.push_str("}}");
    }
}

impl List<'_> {
    fn image(&mut self, image: &Image) -> Result<()> {
        let url = image.url.trim();
        let (kind, source) = match data_uri(url) {
            Some((kind, data)) => (kind.to_owned(), bytes(data)),
            None if url.starts_with("s3://") => {
                let ending = url.rsplit('.').next().unwrap_or_default();
                let mut source = String::from("{\"s3Location\":{\"uri\":");
                string(url, &mut source);
                source.push_str("}}");
                (format!("image/{ending}"), source)
            }
            None => {
                let start = beginning(url);
                return Err(wrong(format!(
                    "Converse fetches no image `{start}`; give its bytes by `Image::from_bytes`, or an `s3://` address"
                )));
            }
        };
        let format = match kind.to_ascii_lowercase().as_str() {
            "image/png" => "png",
            "image/jpeg" | "image/jpg" => "jpeg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            _ => {
                return Err(wrong(format!(
                    "Converse takes images that are PNG, JPEG, GIF or WebP, and none of type `{kind}`; turn it into one of these"
                )));
            }
        };
        let out = self.next();
        let _ = write!(
            out,
            "{{\"image\":{{\"format\":\"{format}\",\"source\":{source}}}}}"
        );
        Ok(())
    }

    fn audio(&mut self, audio: &Audio) {
        let out = self.next();
        out.push_str("{\"audio\":{\"format\":");
        string(&audio.audio_format, out);
        let _ = write!(out, ",\"source\":{}}}}}", bytes(&audio.data));
    }

    fn document(&mut self, document: &Document) {
        let (format, source) = if document.is_pdf() {
            ("pdf", bytes(&document.data))
        } else {
            ("txt", text_source(&document.data))
        };
        let context = document.context.as_deref().unwrap_or_default();
        let title = document.title.as_deref().unwrap_or_default();
        self.write_document(format, title, &source, context);
    }

    fn write_document(&mut self, format: &str, title: &str, source: &str, context: &str) {
        let name = name(title, self.documents);
        self.documents += 1;
        let cites = self.style.cites;
        let out = self.next();
        let _ = write!(out, "{{\"document\":{{\"format\":\"{format}\",\"name\":");
        string(&name, out);
        let _ = write!(out, ",\"source\":{source}");
        if !context.is_empty() {
            out.push_str(",\"context\":");
            string(context, out);
        }
        if cites {
            out.push_str(",\"citations\":{\"enabled\":true}");
        }
        out.push_str("}}");
    }

    /// A file by its bytes: an image, a document, a video.
    fn file(&mut self, file: &File) -> Result<()> {
        let Some(uri) = given(file.file_data.as_ref()) else {
            return Err(wrong(
                "Converse keeps no files; give the bytes by `File::from_bytes`",
            ));
        };
        let (kind, data) = file_data(uri)?;
        if kind.starts_with("image/") {
            return self.image(&Image::from_url(uri));
        }
        if let Some(format) = kind.strip_prefix("video/") {
            let out = self.next();
            out.push_str("{\"video\":{\"format\":");
            string(if format == "quicktime" { "mov" } else { format }, out);
            let _ = write!(out, ",\"source\":{}}}}}", bytes(data));
            return Ok(());
        }
        let title = file.filename.as_deref().unwrap_or_default();
        if let Some((_, format)) = DOCUMENTS.iter().find(|(known, _)| *known == kind) {
            self.write_document(format, title, &bytes(data), "");
            return Ok(());
        }
        let Some(text) = text_in(data) else {
            return Err(wrong(format!(
                "Converse takes no file of type `{kind}`; turn it into text, a PDF or an office document"
            )));
        };
        self.write_document("txt", title, &text_source(&text), "");
        Ok(())
    }
}

/// Types of files, and what Converse calls them.
const DOCUMENTS: &[(&str, &str)] = &[
    ("application/pdf", "pdf"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/markdown", "md"),
    ("application/msword", "doc"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    ("application/vnd.ms-excel", "xls"),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
];

fn bytes(data: &str) -> String {
    let mut out = String::with_capacity(data.len() + 16);
    out.push_str("{\"bytes\":");
    string(data, &mut out);
    out.push('}');
    out
}

fn text_source(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str("{\"text\":");
    string(text, &mut out);
    out.push('}');
    out
}

/// A name that Converse takes, out of a title: letters, digits, single blanks, hyphens and brackets; no two documents
/// of a request have the same.
fn name(title: &str, index: usize) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-()[]".contains(c);
    let words = title.split(|c: char| !allowed(c));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut name = words.join(" ");
    name.truncate(180);
    match (name.is_empty(), index) {
        (true, _) => format!("document {}", index + 1),
        (false, 0) => name,
        (false, _) => format!("{name} ({})", index + 1),
    }
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
