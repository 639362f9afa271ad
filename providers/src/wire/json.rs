//! Small pieces of JSON, written by hand into bodies.
use serde_json::{Map, Value};
use sigflow_core::{__private::write_quoted, Error, ErrorKind, Result};
use std::fmt::Write as _;

/// A text as JSON.
pub(crate) fn string(text: &str, out: &mut String) {
    write_quoted(text, out);
}

/// Texts as a JSON list.
pub(crate) fn strings<T: AsRef<str>>(texts: &[T], out: &mut String) {
    out.push('[');
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(text.as_ref(), out);
    }
    out.push(']');
}

/// Bytes in base64, which may be many: copied as they are where nothing in them needs an escape.
pub(crate) fn base64(data: &str, out: &mut String) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    if data.bytes().all(plain) {
        out.reserve(data.len() + 2);
        out.push('"');
        out.push_str(data);
        out.push('"');
    } else {
        string(data, out);
    }
}

/// A JSON object out of a text that should be one: arguments of a call, what a tool answered. Another text is the
/// member `name` of an object.
pub(crate) fn object(text: &str, name: &str, out: &mut String) {
    let trimmed = text.trim();
    match serde_json::from_str::<Value>(trimmed) {
        Ok(Value::Object(_)) => out.push_str(trimmed),
        _ => {
            out.push('{');
            string(name, out);
            out.push(':');
            string(text, out);
            out.push('}');
        }
    }
}

/// `,"name":value` of a number that a call sets.
///
/// # Errors
/// Of kind `Configuration`: JSON has no word for what is not finite.
pub(crate) fn number(name: &str, value: f64, out: &mut String) -> Result<()> {
    if !value.is_finite() {
        let message = format!("{name} is {value}, which JSON has no word for; set a number");
        return Err(Error::new(ErrorKind::Configuration, message));
    }
    let _ = write!(out, ",\"{name}\":{value}");
    Ok(())
}

/// `,"name":value…` of the user's own members.
///
/// # Errors
/// Of kind `Configuration`, where a member is one of `ours`: no member comes twice.
pub(crate) fn members(extra: &Map<String, Value>, ours: &[&str]) -> Result<String> {
    let mut out = String::new();
    for (key, value) in extra {
        if ours.contains(&key.as_str()) {
            let message =
                format!("extra member `{key}` is one that a call's own settings write; use those");
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        out.push(',');
        string(key, &mut out);
        let _ = write!(out, ":{value}");
    }
    Ok(out)
}

/// The arguments of a tool's call for an API that takes objects only. What the model wrote that is none is still
/// shown to it.
pub(crate) fn arguments(text: &str, out: &mut String) {
    let text = text.trim();
    if serde_json::from_str::<Map<String, Value>>(text).is_ok() {
        out.push_str(text);
    } else if text.is_empty() {
        out.push_str("{}");
    } else {
        out.push_str("{\"invalid_json\":");
        string(text, out);
        out.push('}');
    }
}
