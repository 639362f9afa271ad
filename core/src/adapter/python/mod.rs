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
use serde_json::{Map, Value};
use sigflow_grammar::python_repr_str;
use std::fmt::Write;

/// `repr` of a value that came from JSON.
pub(crate) fn repr_json(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => out.push_str(&python_repr_str(text)),
        Value::Array(items) => sequence(out, '[', ']', items, repr_json),
        Value::Object(members) => {
            dictionary(out, members, quoted, |out, _, value| repr_json(out, value));
        }
        scalar => value::write(out, View::Json(scalar), false),
    }
}

/// What `each` writes of the items, with something between two.
fn joined<T>(
    out: &mut String,
    between: &str,
    items: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        each(out, item);
    }
}

fn sequence(
    out: &mut String,
    open: char,
    close: char,
    items: &[Value],
    each: impl FnMut(&mut String, &Value),
) {
    out.push(open);
    joined(out, ", ", items, each);
    out.push(close);
}

/// `{name: value}`; a value may depend on its name.
fn dictionary(
    out: &mut String,
    members: &Map<String, Value>,
    mut name: impl FnMut(&mut String, &str),
    mut value: impl FnMut(&mut String, &str, &Value),
) {
    out.push('{');
    joined(out, ", ", members, |out, (key, member)| {
        name(out, key);
        out.push_str(": ");
        value(out, key, member);
    });
    out.push('}');
}

/// A name in a dictionary.
fn quoted(out: &mut String, name: &str) {
    out.push_str(&python_repr_str(name));
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
