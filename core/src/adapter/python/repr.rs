//! `repr` of a value, the schema saying what Python would hold.
use super::{
    dictionary, joined,
    option::{code, member_name, option},
    own::media,
    repr_json, sequence,
    text::text_in,
    time::formatted,
};
use crate::{
    InputField,
    schema::{Body, Definitions, FieldDef, Named, Schema},
    types::{ToolCallResults, kind::Kind},
};
use serde_json::{Map, Value};
use sigflow_grammar::python_repr_str;
use std::fmt::Write;

/// `repr(value)`, the schema saying what Python would hold.
pub(crate) fn repr(out: &mut String, schema: &Schema, value: &Value) {
    repr_in(out, &Definitions::of(schema), schema, value);
}

pub(super) fn repr_in(out: &mut String, all: &Definitions<'_>, schema: &Schema, value: &Value) {
    let schema = option(schema, value);
    if let Schema::Recursion(id) = schema.shape()
        && let Some(named) = all.find(*id)
    {
        return repr_in(out, all, &Schema::Named(named.clone()), value);
    }
    if let (Some(name), Value::String(code)) = (code(schema), value) {
        let _ = write!(out, "{name}(code={})", python_repr_str(code));
        return;
    }
    match (schema.shape(), value) {
        (Schema::List(item) | Schema::Array(item, _), Value::Array(items)) => {
            let tuple =
                matches!(schema, Schema::Printed(_, name) if name.get().starts_with("tuple"));
            let (open, close) = if tuple { ('(', ')') } else { ('[', ']') };
            sequence(out, open, close, items, |out, value| {
                repr_in(out, all, item.get(), value);
            });
            if tuple && items.len() == 1 {
                out.insert(out.len() - 1, ',');
            }
        }
        (Schema::Set(item), Value::Array(items)) => {
            let frozen =
                matches!(schema, Schema::Printed(_, name) if name.get().starts_with("frozenset"));
            match (frozen, items.is_empty()) {
                (true, true) => out.push_str("frozenset()"),
                (false, true) => out.push_str("set()"),
                (frozen, false) => {
                    if frozen {
                        out.push_str("frozenset(");
                    }
                    sequence(out, '{', '}', items, |out, value| {
                        repr_in(out, all, item.get(), value);
                    });
                    if frozen {
                        out.push(')');
                    }
                }
            }
        }
        (Schema::Tuple(kinds), Value::Array(items)) => {
            let mut kinds = kinds.get().iter();
            sequence(out, '(', ')', items, |out, value| {
                let kind = kinds.next().map_or(&Schema::Any, |kind| kind.get());
                repr_in(out, all, kind, value);
            });
            if items.len() == 1 {
                out.insert(out.len() - 1, ',');
            }
        }
        (Schema::Map(key, kind), Value::Object(members)) => {
            let name = |out: &mut String, name: &str| {
                let name = Value::from(name);
                match key.get().shape() {
                    // JSON has only text for names
                    Schema::Integer(_) | Schema::Number(_) => {
                        text_in(out, all, &Schema::Any, &name);
                    }
                    key => repr_in(out, all, key, &name),
                }
            };
            dictionary(out, members, name, |out, _, member| {
                repr_in(out, all, kind.get(), member);
            });
        }
        (Schema::Named(named), Value::Object(_)) => record(out, all, named, value),
        (Schema::Named(named), _) => match member_name(named, value) {
            Some((member, _)) => {
                let _ = write!(out, "<{}.{member}: ", &*named.name);
                repr_json(out, value);
                out.push('>');
            }
            None => repr_json(out, value),
        },
        (Schema::Formatted(format), Value::String(said)) => formatted(out, *format, said),
        _ => repr_json(out, value),
    }
}

fn record(out: &mut String, all: &Definitions<'_>, named: &Named, value: &Value) {
    let (Body::Record(fields), Some(members)) = (named.body(), value.as_object()) else {
        return repr_json(out, value);
    };
    match Kind::of(named) {
        Some(Kind::Tool) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or("None");
            let _ = write!(
                out,
                "Tool(name={}, desc={}, args=",
                text("name"),
                text("desc")
            );
            repr_json(out, members.get("args").unwrap_or(&Value::Null));
            out.push(')');
            return;
        }
        Some(kind @ (Kind::Image | Kind::Audio | Kind::File)) => return media(out, kind, value),
        _ => {}
    }
    out.push_str(&crate::schema::python_text(&Schema::Named(named.clone())));
    out.push('(');
    if Kind::of(named) == Some(Kind::ToolCall) {
        // the name of a call, which no schema mentions, comes first
        out.push_str("id=");
        repr_json(out, members.get("id").unwrap_or(&Value::Null));
        out.push_str(", ");
    }
    attributes(out, all, ", ", fields.get(), members);
    hidden(out, all, ", ", named, value);
    out.push(')');
}

/// `name=value` of each field.
pub(super) fn attributes(
    out: &mut String,
    all: &Definitions<'_>,
    between: &str,
    fields: &[FieldDef],
    members: &Map<String, Value>,
) {
    joined(out, between, fields, |out, field| {
        out.push_str(&field.name);
        out.push('=');
        let member = members.get(field.name.get()).unwrap_or(&Value::Null);
        repr_in(out, all, field.schema.get(), member);
    });
}

/// Members that no schema mentions, in the places where Python has them.
pub(super) fn hidden(
    out: &mut String,
    all: &Definitions<'_>,
    between: &str,
    named: &Named,
    value: &Value,
) {
    let kind = Kind::of(named);
    if kind == Some(Kind::ToolCalls) {
        out.push_str(between);
        out.push_str("tool_call_results=");
        match value.get("tool_call_results") {
            Some(results @ Value::Object(_)) => {
                repr_in(out, all, &ToolCallResults::SCHEMA, results);
            }
            _ => out.push_str("None"),
        }
    }
    let evidence: &[&str] = match kind {
        Some(Kind::Noul) => &["probability"],
        Some(Kind::Choice) => &["probabilities"],
        Some(Kind::Score) => &["probabilities", "level"],
        _ => &[],
    };
    for name in evidence {
        let _ = write!(out, "{between}{name}=");
        repr_json(out, value.get(name).unwrap_or(&Value::Null));
    }
}
