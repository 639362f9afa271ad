//! What prompts say of DSPy's own types. `const fn`s: see [`crate::schema::render`].
use super::framing;
use crate::{
    constant::{Out, Ref},
    schema::{Constraint, Schema, meaning, python_name},
    types::kind::Kind,
};

/// Whether the model is asked for tool calls, which a reminder describes in its own words.
pub(super) const fn is_tool_calls(schema: &Schema) -> bool {
    matches!(Kind::of_schema(schema), Some(Kind::ToolCalls))
}

/// The language of a code type; nothing if the name is another type's.
pub(super) const fn language(printed: &str) -> Option<&str> {
    const PREFIX: &[u8] = b"Code_";
    let bytes = printed.as_bytes();
    let mut at = 0;
    while at < PREFIX.len() {
        if at == bytes.len() && at == PREFIX.len() - 1 {
            return Some("python");
        }
        if at >= bytes.len() || bytes[at] != PREFIX[at] {
            return None;
        }
        at += 1;
    }
    match std::str::from_utf8(bytes.split_at(PREFIX.len()).1) {
        Ok(language) => Some(language),
        Err(_) => None,
    }
}

/// Whether anything is said of the types of a field. What stands inside of records is not asked.
pub(super) const fn is_described(schema: &Schema) -> bool {
    match schema {
        Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Optional(item) => is_described(item.get()),
        Schema::Constrained(item, bounds) => {
            !meant(bounds.get()).is_empty() || is_described(item.get())
        }
        Schema::Printed(item, name) => {
            is_described(item.get())
                || matches!(item.get(), Schema::Text) && language(name.get()).is_some()
        }
        Schema::Map(key, value) => is_described(key.get()) || is_described(value.get()),
        Schema::Tuple(items) | Schema::Union(items) => any(items.get()),
        Schema::Named(named) => !Kind::description(named).is_empty(),
        _ => false,
    }
}

const fn any(schemas: &[Ref<Schema>]) -> bool {
    let mut at = 0;
    while at < schemas.len() {
        if is_described(schemas[at].get()) {
            return true;
        }
        at += 1;
    }
    false
}

/// What a type of ours means, in a sentence.
const fn meant(bounds: &[Constraint]) -> &'static str {
    match meaning(bounds) {
        Some(meaning) => meaning.about(),
        None => "",
    }
}

/// A line for each type that something is said of.
pub(super) const fn describe(out: &mut Out<'_>, schema: &Schema) {
    match schema {
        Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Optional(item) => describe(out, item.get()),
        Schema::Constrained(item, bounds) => {
            let about = meant(bounds.get());
            if !about.is_empty() {
                out.push("\n    ");
                out.push(about);
            }
            describe(out, item.get());
        }
        Schema::Printed(item, name) => match language(name.get()) {
            Some(language) if matches!(item.get(), Schema::Text) => {
                begin(out, schema);
                out.push(framing::CODE);
                lower(out, language);
                out.push(framing::CODE_END);
                out.push(language);
            }
            _ => describe(out, item.get()),
        },
        Schema::Map(key, value) => {
            describe(out, key.get());
            describe(out, value.get());
        }
        Schema::Tuple(items) | Schema::Union(items) => {
            let items = items.get();
            let mut at = 0;
            while at < items.len() {
                describe(out, items[at].get());
                at += 1;
            }
        }
        Schema::Named(named) => {
            let text = Kind::description(named);
            if !text.is_empty() {
                begin(out, schema);
                out.push(text);
            }
        }
        _ => {}
    }
}

const fn begin(out: &mut Out<'_>, schema: &Schema) {
    out.push("\n    ");
    out.push(framing::TYPE_DESCRIPTION);
    python_name(out, schema);
    out.push(": ");
}

/// In small letters, as far as ASCII goes: the mark of a code fence.
const fn lower(out: &mut Out<'_>, text: &str) {
    let bytes = text.as_bytes();
    let (mut at, mut start) = (0, 0);
    while at < bytes.len() {
        if bytes[at].is_ascii_uppercase() {
            out.part(text, start, at);
            out.char(bytes[at].to_ascii_lowercase() as char);
            start = at + 1;
        }
        at += 1;
    }
    out.part(text, start, bytes.len());
}
