//! Values as Python prints them: `repr` and `str`, and `json.dumps` with everything beyond ASCII escaped.
use super::value;
use crate::{
    InputField,
    field::View,
    schema::{Body, Definitions, FieldDef, Format, Literal, Named, Schema},
    types::{ToolCallResults, kind::Kind, tool_text},
};
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

/// `str(value)`, the schema saying what Python would hold.
pub(crate) fn text(out: &mut String, schema: &Schema, value: &Value) {
    text_in(out, &Definitions::of(schema), schema, value);
}

fn text_in(out: &mut String, all: &Definitions<'_>, schema: &Schema, value: &Value) {
    let schema = option(schema, value);
    if let (Some(_), Value::String(code)) = (code(schema), value) {
        out.push_str("code=");
        return out.push_str(&python_repr_str(code));
    }
    match (schema.shape(), value) {
        (Schema::Named(named), Value::Object(members)) => match named.body() {
            Body::Record(fields) if has_parts(Kind::of(named)) => {
                for (index, field) in fields.get().iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    out.push_str(&field.name);
                    out.push('=');
                    let member = members.get(field.name.get()).unwrap_or(&Value::Null);
                    repr_in(out, all, field.schema.get(), member);
                }
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

/// The name of a code type, whose values are models in Python.
fn code(schema: &Schema) -> Option<&str> {
    match schema {
        Schema::Printed(inner, name) if matches!(inner.get(), Schema::Text) => {
            super::about::language(name.get()).map(|_| name.get())
        }
        _ => None,
    }
}

/// Whether `str` of a type shows its members.
const fn has_parts(kind: Option<Kind>) -> bool {
    !matches!(kind, Some(Kind::Tool | Kind::Document))
}

/// `repr(value)`, the schema saying what Python would hold.
pub(crate) fn repr(out: &mut String, schema: &Schema, value: &Value) {
    repr_in(out, &Definitions::of(schema), schema, value);
}

fn repr_in(out: &mut String, all: &Definitions<'_>, schema: &Schema, value: &Value) {
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
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let name = Value::from(name.as_str());
                match key.get().shape() {
                    // JSON has only text for names
                    Schema::Integer(_) | Schema::Number(_) => {
                        text_in(out, all, &Schema::Any, &name);
                    }
                    key => repr_in(out, all, key, &name),
                }
                out.push_str(": ");
                repr_in(out, all, kind.get(), member);
            }
            out.push('}');
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
    for (index, field) in fields.get().iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(&field.name);
        out.push('=');
        let member = members.get(field.name.get()).unwrap_or(&Value::Null);
        repr_in(out, all, field.schema.get(), member);
    }
    hidden(out, all, ", ", named, value);
    out.push(')');
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
        out.push('{');
        for (index, (name, member)) in members.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(&python_repr_str(name));
            out.push_str(": ");
            match fields.iter().find(|field| field.name.get() == name) {
                Some(field) => repr(out, field.schema.get(), member),
                None => repr_json(out, member),
            }
        }
        out.push('}');
    });
}

/// Members that no schema mentions, in the places where Python has them.
fn hidden(out: &mut String, all: &Definitions<'_>, between: &str, named: &Named, value: &Value) {
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

/// What DSPy's media say of themselves: their bytes only by number.
fn media(out: &mut String, kind: Kind, value: &Value) {
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

/// The name of an enum's member that has this value, and whether it is an integer in its own right. An
/// enum of words is no Python enum: its word says all.
fn member_name<'a>(named: &'a Named, value: &Value) -> Option<(&'a str, bool)> {
    let Body::Words(variants) = named.body() else {
        return None;
    };
    let variants = variants.get();
    let found = variants.iter().find(|variant| match &variant.value {
        None => value.as_str() == Some(variant.name.get()),
        Some(Literal::Text(text)) => value.as_str() == Some(text.get()),
        Some(Literal::Integer(number)) => value.as_i64() == Some(*number),
        Some(Literal::Boolean(flag)) => value.as_bool() == Some(*flag),
        Some(Literal::Null) => value.is_null(),
    })?;
    variants
        .iter()
        .any(|variant| variant.value.is_some())
        .then_some((found.name.get(), false))
}

/// The option of an optional or a union that a value is of.
pub(crate) fn option<'a>(schema: &'a Schema, value: &Value) -> &'a Schema {
    match schema.shape() {
        Schema::Optional(_) if value.is_null() => &Schema::Null,
        Schema::Optional(inner) => option(inner.get(), value),
        Schema::Union(options) => options
            .get()
            .iter()
            .find(|schema| fits(schema.get(), value))
            .map_or(&Schema::Any, |schema| option(schema.get(), value)),
        _ => schema,
    }
}

/// Whether a value looks like one of a schema, its members' names being all that is asked of an object.
fn fits(schema: &Schema, value: &Value) -> bool {
    match (schema.shape(), value) {
        (Schema::Optional(inner), _) => value.is_null() || fits(inner.get(), value),
        (Schema::Union(options), _) => options.get().iter().any(|schema| fits(schema.get(), value)),
        (Schema::Any, _) | (Schema::Null, Value::Null) | (Schema::Boolean, Value::Bool(_)) => true,
        (Schema::Integer(_), Value::Number(number)) => !number.is_f64(),
        (Schema::Number(_), Value::Number(_)) => true,
        (Schema::Text | Schema::Character | Schema::Formatted(_), Value::String(_)) => true,
        (Schema::Literal(_), Value::String(_) | Value::Number(_) | Value::Bool(_)) => true,
        (Schema::Named(named), Value::Object(members)) => match named.body() {
            Body::Record(fields) => fields
                .get()
                .iter()
                .all(|field| field.is_optional() || members.contains_key(field.name.get())),
            _ => true,
        },
        (Schema::Named(named), _) => {
            member_name(named, value).is_some() || matches!(named.body(), Body::Words(_))
        }
        (Schema::Map(..) | Schema::Inline(_), Value::Object(_)) => true,
        (
            Schema::List(_) | Schema::Set(_) | Schema::Array(..) | Schema::Tuple(_),
            Value::Array(_),
        ) => true,
        _ => false,
    }
}

/// `repr` of what JSON holds as text.
fn formatted(out: &mut String, format: Format, said: &str) {
    let _ = match format {
        Format::Decimal => write!(out, "Decimal('{said}')"),
        Format::Uuid => write!(out, "UUID('{said}')"),
        Format::Bytes => write!(out, "b{}", python_repr_str(said)),
        Format::Date => write!(out, "datetime.date({})", numbers(said, '-').join(", ")),
        Format::Time | Format::LocalTime => write!(out, "datetime.time({})", time(said)),
        Format::DateTime | Format::LocalDateTime => match said.split_once('T') {
            Some((date, rest)) => write!(
                out,
                "datetime.datetime({}, {})",
                numbers(date, '-').join(", "),
                time(rest)
            ),
            None => write!(out, "{}", python_repr_str(said)),
        },
        Format::Duration => match length(said) {
            Some((days, seconds, micros)) => {
                let parts = [
                    ("days", days),
                    ("seconds", seconds),
                    ("microseconds", micros),
                ];
                let parts: Vec<_> = parts
                    .iter()
                    .filter(|(_, value)| *value != 0)
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                let all = if parts.is_empty() {
                    "0".to_owned()
                } else {
                    parts.join(", ")
                };
                write!(out, "datetime.timedelta({all})")
            }
            None => write!(out, "{}", python_repr_str(said)),
        },
        _ => write!(out, "{}", python_repr_str(said)),
    };
}

/// A length of time as Python keeps it: days, which alone may be negative, seconds, microseconds.
fn length(said: &str) -> Option<(i64, i64, i64)> {
    let (negative, length) = crate::field::read_duration(said)?;
    let micros = i64::try_from(length.as_micros()).ok()?;
    let micros = if negative { -micros } else { micros };
    let day = 86_400_000_000;
    let rest = micros.rem_euclid(day);
    Some((micros.div_euclid(day), rest / 1_000_000, rest % 1_000_000))
}

/// Numbers as Python writes them, without leading zeros.
fn numbers(text: &str, between: char) -> Vec<String> {
    let plain = |part: &str| {
        let digits = part.trim_start_matches('0');
        if digits.is_empty() {
            "0".to_owned()
        } else {
            digits.to_owned()
        }
    };
    text.split(between).map(plain).collect()
}

/// The arguments of a time: seconds only where there are some, and the offset.
fn time(text: &str) -> String {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, offset) = text.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = numbers(clock, ':');
    let micros = format!("{fraction:0<6}");
    if micros.trim_matches('0').is_empty() {
        if parts.len() == 3 && parts[2] == "0" {
            parts.pop();
        }
    } else {
        parts.extend(numbers(&micros[..6.min(micros.len())], ':'));
    }
    if offset == "Z" || offset == "+00:00" {
        parts.push("tzinfo=datetime.timezone.utc".to_owned());
    } else if !offset.is_empty() {
        let negative = offset.starts_with('-');
        let seconds: i64 = offset[1..]
            .split(':')
            .zip([3600, 60, 1])
            .map(|(part, unit)| part.parse().unwrap_or(0) * unit)
            .sum();
        let delta = if negative {
            format!("days=-1, seconds={}", 86_400 - seconds)
        } else {
            format!("seconds={seconds}")
        };
        parts.push(format!(
            "tzinfo=datetime.timezone(datetime.timedelta({delta}))"
        ));
    }
    parts.join(", ")
}

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
