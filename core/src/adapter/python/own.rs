//! What DSPy's own types say of themselves.
use crate::types::{kind::Kind, tool_text};
use serde_json::Value;
use std::fmt::Write;

/// `str` of a tool or a document, which their classes write themselves.
pub(crate) fn own_text(kind: Kind, value: &Value) -> Option<String> {
    match kind {
        Kind::Tool => Some(tool_text(value)),
        Kind::Document => {
            let title = value
                .get("title")
                .and_then(Value::as_str)
                .filter(|title| !title.is_empty());
            let title = title
                .map(|title| format!("'{title}': "))
                .unwrap_or_default();
            let length = value
                .get("data")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .chars()
                .count();
            Some(format!("Document({title}{length} chars)"))
        }
        _ => None,
    }
}

/// What DSPy's media say of themselves: their bytes only by number.
pub(super) fn media(out: &mut String, kind: Kind, value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    match kind {
        Kind::Image => {
            let url = text("url").unwrap_or_default();
            let _ = match url.split_once("base64,") {
                Some((head, data)) => {
                    let kind = head.split(';').next().unwrap_or_default();
                    let kind = kind.rsplit('/').next().unwrap_or_default();
                    write!(
                        out,
                        "Image(url=data:image/{kind};base64,<IMAGE_BASE_64_ENCODED({})>)",
                        data.len()
                    )
                }
                None => write!(out, "Image(url='{url}')"),
            };
        }
        Kind::Audio => {
            let length = text("data").unwrap_or_default().len();
            let format = text("audio_format").unwrap_or_default();
            let _ = write!(
                out,
                "Audio(data=<AUDIO_BASE_64_ENCODED({length})>, audio_format='{format}')"
            );
        }
        _ => {
            let mut parts = Vec::new();
            if let Some(data) = text("file_data") {
                parts.push(match data.strip_prefix("data:") {
                    Some(rest) => {
                        let kind = rest.split(';').next().unwrap_or_default();
                        let length = data
                            .split_once("base64,")
                            .map_or(data.len(), |(_, data)| data.len());
                        format!("file_data=<DATA_URI({kind}, {length} chars)>")
                    }
                    None => format!("file_data=<DATA({} chars)>", data.len()),
                });
            }
            for name in ["file_id", "filename"] {
                if let Some(said) = text(name) {
                    parts.push(format!("{name}='{said}'"));
                }
            }
            let _ = write!(out, "File({})", parts.join(", "));
        }
    }
}
