//! Values as Python prints them: `repr` and `str`, and `json.dumps` with everything beyond ASCII escaped.
mod option;
mod own;
mod repr;
mod text;
mod time;

pub(super) use option::option;
pub(super) use own::own_text;
pub(super) use text::{conversation, text};

use super::value;
use crate::field::View;
use serde_json::Value;
use sigflow_grammar::python_repr_str;
use std::fmt::Write;

/// `repr` of a value that came from JSON.
pub(crate) fn repr_json(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => out.push_str(&python_repr_str(text)),
        Value::Array(items) => {
            sequence(out, '[', ']', items, repr_json);
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(&python_repr_str(name));
                out.push_str(": ");
                repr_json(out, member);
            }
            out.push('}');
        }
        scalar => value::write(out, View::Json(scalar), false),
    }
}

fn sequence(
    out: &mut String,
    open: char,
    close: char,
    items: &[Value],
    mut each: impl FnMut(&mut String, &Value),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
    out.push(close);
}

/// `json.dumps(value)`.
pub(crate) fn ascii_json(out: &mut String, value: &Value) {
    for character in value::json_text(value).chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}
