//! `str` of a value, the schema saying what Python would hold.
use super::{
    dictionary,
    option::{code, member_name, option},
    quoted,
    repr::{attributes, hidden, repr, repr_in},
    repr_json, sequence,
    time::length,
};
use crate::{
    adapter::value,
    field::View,
    schema::{Body, Definitions, FieldDef, Format, Schema},
    types::kind::Kind,
};
use serde_json::Value;
use sigflow_grammar::python_repr_str;
use std::fmt::Write;

/// `str(value)`, the schema saying what Python would hold.
pub(crate) fn text(out: &mut String, schema: &Schema, value: &Value) {
    text_in(out, &Definitions::of(schema), schema, value);
}

pub(super) fn text_in(out: &mut String, all: &Definitions<'_>, schema: &Schema, value: &Value) {
    let schema = option(schema, value);
    if let (Some(_), Value::String(code)) = (code(schema), value) {
        out.push_str("code=");
        return out.push_str(&python_repr_str(code));
    }
    match (schema.shape(), value) {
        (Schema::Named(named), Value::Object(members)) => match named.body() {
            Body::Record(fields) if has_parts(Kind::of(named)) => {
                attributes(out, all, " ", fields.get(), members);
                hidden(out, all, " ", named, value);
            }
            _ => repr_in(out, all, schema, value),
        },
        (Schema::Named(named), _) => match member_name(named, value) {
            Some((member, false)) => {
                out.push_str(&named.name);
                out.push('.');
                out.push_str(member);
            }
            _ => value::write(out, View::Json(value), false),
        },
        (Schema::Formatted(Format::DateTime | Format::LocalDateTime), Value::String(text)) => {
            let text = text.replacen('T', " ", 1);
            match text.strip_suffix('Z') {
                Some(text) => {
                    out.push_str(text);
                    out.push_str("+00:00");
                }
                None => out.push_str(&text),
            }
        }
        (Schema::Formatted(Format::Duration), Value::String(said)) => match length(said) {
            Some((days, seconds, micros)) => {
                if days != 0 {
                    let s = if days.abs() == 1 { "" } else { "s" };
                    let _ = write!(out, "{days} day{s}, ");
                }
                let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
                let _ = write!(out, "{hours}:{minutes:02}:{:02}", seconds % 60);
                if micros > 0 {
                    let _ = write!(out, ".{micros:06}");
                }
            }
            None => out.push_str(said),
        },
        (_, Value::Array(_) | Value::Object(_)) => repr_in(out, all, schema, value),
        _ => value::write(out, View::Json(value), false),
    }
}

/// Whether `str` of a type shows its members.
const fn has_parts(kind: Option<Kind>) -> bool {
    !matches!(kind, Some(Kind::Tool | Kind::Document))
}

/// `str` of a conversation, its messages' values being of the signature's own fields.
pub(crate) fn conversation(out: &mut String, fields: &[&FieldDef], value: &Value) {
    let messages = value.get("messages").unwrap_or(value);
    out.push_str("messages=");
    let messages = messages.as_array().map_or(&[][..], Vec::as_slice);
    sequence(out, '[', ']', messages, |out, message| {
        let Value::Object(members) = message else {
            return repr_json(out, message);
        };
        dictionary(out, members, quoted, |out, name, member| {
            match fields.iter().find(|field| field.name.get() == name) {
                Some(field) => repr(out, field.schema.get(), member),
                None => repr_json(out, member),
            }
        });
    });
}
