//! DSPy's XML form: a tag for each field. Outputs that are lists, maps or records are nested tags.
use super::{
    framing,
    system::{fields, is_text, objective},
    value,
};
use crate::{
    constant::written,
    field::View,
    schema::{Body, FieldDef, Schema, python_note},
    signature::{Def, SignatureDef},
    types::kind::Kind,
};
use serde_json::Value;
use std::fmt::Write;

/// The system message.
pub(super) fn system(signature: &SignatureDef, reasoning: bool, instructions: &str) -> String {
    let mut out = written(|out| fields(out, signature, reasoning));
    out.push_str(framing::STRUCTURE);
    for field in signature.inputs.get() {
        out.push_str("\n\n");
        placeholder(&mut out, field, "");
    }
    // DSPy joins the groups of fields, an empty one too
    if signature.inputs.get().is_empty() {
        out.push_str("\n\n");
    }
    let mut at = 0;
    while let Some(field) = super::system::output(signature, reasoning, at) {
        out.push_str("\n\n");
        if nests(field.schema.get()) {
            structure(
                &mut out,
                field.name.get(),
                field.schema.get(),
                &mut Vec::new(),
            );
        } else {
            let note = written(|out| python_note(out, field.schema.get()));
            let note = if is_text(field.schema.get()) {
                ""
            } else {
                &note
            };
            placeholder(&mut out, field, note);
        }
        at += 1;
    }
    if at == 0 {
        out.push_str("\n\n");
    }
    out.push('\n');
    out.push_str(framing::OBJECTIVE);
    out.push_str(&written(|out| objective(out, instructions)));
    out
}

fn placeholder(out: &mut String, field: &FieldDef, note: &str) {
    let name = field.name.get();
    let _ = write!(out, "<{name}>\n{{{name}}}{note}\n</{name}>");
}

/// What ends the last message.
pub(super) fn reminder(def: &Def) -> String {
    let mut out = framing::RESPOND_XML.to_owned();
    let mut nested = Vec::new();
    for (index, field) in def.outputs().enumerate() {
        if index > 0 {
            out.push_str(framing::THEN);
        }
        let _ = write!(out, "`<{}>`", field.name.get());
        if nests(field.schema.get()) {
            let mut text = String::new();
            structure(
                &mut text,
                field.name.get(),
                field.schema.get(),
                &mut Vec::new(),
            );
            nested.push(text);
        }
    }
    out.push('.');
    if !nested.is_empty() {
        out.push_str(framing::NESTED_XML);
        out.push_str(&nested.join(" "));
    }
    out
}

/// Whether an output is written as nested tags: lists and maps with parameters, and records, optional or
/// not. DSPy's own types are JSON.
fn nests(schema: &Schema) -> bool {
    let schema = match schema {
        Schema::Constrained(inner, _) => inner.get(),
        Schema::Optional(inner) => inner.get(),
        // `None` first
        Schema::Union(options) => match options.get() {
            [none, one] if matches!(none.get(), Schema::Null) => one.get(),
            _ => schema,
        },
        other => other,
    };
    match schema {
        Schema::List(item) | Schema::Array(item, _) => Kind::of_schema(item.get()).is_none(),
        Schema::Map(..) | Schema::Inline(_) => true,
        Schema::Named(named) => {
            !matches!(named.body(), Body::Words(_)) && Kind::of(named).is_none()
        }
        _ => false,
    }
}

/// The shape of a value as tags, `...` being what is to be filled in. `around` are the types whose tags
/// are open: a type inside itself is not entered again.
fn structure(out: &mut String, tag: &str, schema: &Schema, around: &mut Vec<u64>) {
    match schema.shape() {
        Schema::Optional(inner) => structure(out, tag, inner.get(), around),
        Schema::Union(options) => {
            let options = options.get();
            let first = options
                .iter()
                .find(|option| !matches!(option.get(), Schema::Null))
                .or(options.first());
            match first {
                Some(option) => structure(out, tag, option.get(), around),
                None => blank(out, tag),
            }
        }
        Schema::List(item) | Schema::Set(item) => {
            let _ = write!(out, "<{tag}>");
            structure(out, "item", item.get(), around);
            let _ = write!(out, "</{tag}>");
        }
        Schema::Array(item, _) => {
            let _ = write!(out, "<{tag}>");
            structure(out, "item", item.get(), around);
            let _ = write!(out, "</{tag}>");
        }
        Schema::Tuple(_) => {
            let _ = write!(out, "<{tag}>");
            blank(out, "item");
            let _ = write!(out, "</{tag}>");
        }
        Schema::Named(named) => match named.body() {
            Body::Record(fields) if !around.contains(&named.id) => {
                around.push(named.id);
                members(out, tag, fields.get(), around);
                around.pop();
            }
            _ => blank(out, tag),
        },
        Schema::Inline(definition) => match &definition.get().body {
            Body::Record(fields) => members(out, tag, fields.get(), around),
            _ => blank(out, tag),
        },
        _ => blank(out, tag),
    }
}

fn members(out: &mut String, tag: &str, fields: &[FieldDef], around: &mut Vec<u64>) {
    if fields.is_empty() {
        return blank(out, tag);
    }
    let _ = write!(out, "<{tag}>");
    for field in fields {
        structure(out, field.name.get(), field.schema.get(), around);
    }
    let _ = write!(out, "</{tag}>");
}

fn blank(out: &mut String, tag: &str) {
    let _ = write!(out, "<{tag}>...</{tag}>");
}

/// An output with its value, which is lowered already.
pub(super) fn output(out: &mut String, field: &FieldDef, value: &Value) {
    let (name, schema) = (field.name.get(), field.schema.get());
    if nests(schema) && matches!(value, Value::Array(_) | Value::Object(_)) {
        return nested(out, value, name, None);
    }
    let mut text = String::new();
    value::write(&mut text, View::Json(value), is_text(schema));
    let text = if is_text(schema) {
        escaped(&text)
    } else {
        text
    };
    let _ = write!(out, "<{name}>\n{text}\n</{name}>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A value as nested tags. A name that is none in XML stands in an attribute.
fn nested(out: &mut String, value: &Value, tag: &str, key: Option<&str>) {
    out.push('<');
    out.push_str(tag);
    if let Some(key) = key {
        out.push_str(" key=");
        out.push_str(&quoted(key));
    }
    match value {
        Value::Null => return out.push_str(" />"),
        Value::Array(items) if items.is_empty() => return out.push_str(" />"),
        _ => out.push('>'),
    }
    match value {
        Value::Array(items) => {
            for item in items {
                nested(out, item, "item", None);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if is_name(name) {
                    nested(out, member, name, None);
                } else {
                    nested(out, member, "entry", Some(name));
                }
            }
        }
        scalar => {
            let mut text = String::new();
            value::write(&mut text, View::Json(scalar), false);
            out.push_str(&escaped(&text));
        }
    }
    let _ = write!(out, "</{tag}>");
}

/// Whether Python takes a name for an identifier, once `-` and `.` behind the first sign are letters.
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// An attribute's value, in the quotes that it does not contain.
fn quoted(key: &str) -> String {
    let text = key
        .replace('&', "&amp;")
        .replace('>', "&gt;")
        .replace('<', "&lt;")
        .replace('\n', "&#10;")
        .replace('\r', "&#13;")
        .replace('\t', "&#9;");
    match (text.contains('"'), text.contains('\'')) {
        (true, false) => format!("'{text}'"),
        (true, true) => format!("\"{}\"", text.replace('"', "&quot;")),
        _ => format!("\"{text}\""),
    }
}
