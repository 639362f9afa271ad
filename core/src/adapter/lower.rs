//! Values as pydantic makes JSON of them, where DSPy's own types are among them.
use super::{
    content::{Content, block_text},
    python::option,
    value,
};
use crate::{
    field::View,
    lm::Part,
    quoted,
    schema::{Body, Schema},
    types::{
        self, ToolCalls, citation_block,
        kind::{Kind, mentioned},
        tool_text,
    },
};
use serde_json::{Map, Value};

/// Takes the parts of a value that is sent as content blocks, and gives the text that stands for them.
type Blocks<'a> = &'a mut dyn FnMut(Vec<Part>) -> String;

/// The value with DSPy's types as pydantic serializes them.
pub(crate) fn lower(schema: &Schema, value: &Value, blocks: Blocks<'_>) -> Value {
    let schema = option(schema, value);
    match (schema.shape(), value) {
        (Schema::Named(named), Value::Object(members)) => match Kind::of(named) {
            Some(kind) => own(kind, schema, value, blocks),
            None => match named.body() {
                Body::Record(fields) => {
                    let kind = |name: &str| {
                        let fields = fields.get();
                        let field = fields.iter().find(|field| field.name.get() == name);
                        field.map_or(&Schema::Any, |field| field.schema.get())
                    };
                    object(members, &|name| kind(name), blocks)
                }
                Body::Variants(variants) => {
                    let kind = |name: &str| {
                        let variants = variants.get();
                        let variant = variants.iter().find(|variant| variant.name.get() == name);
                        let data = variant.and_then(|variant| variant.data.as_ref());
                        data.map_or(&Schema::Any, |data| data.get())
                    };
                    object(members, &|name| kind(name), blocks)
                }
                Body::Words(_) => value.clone(),
            },
        },
        (Schema::List(item) | Schema::Set(item) | Schema::Array(item, _), Value::Array(items)) => {
            items
                .iter()
                .map(|value| lower(item.get(), value, blocks))
                .collect()
        }
        (Schema::Tuple(kinds), Value::Array(items)) => items
            .iter()
            .zip(kinds.get())
            .map(|(value, kind)| lower(kind.get(), value, blocks))
            .collect(),
        (Schema::Map(_, kind), Value::Object(members)) => object(members, &|_| kind.get(), blocks),
        _ => value.clone(),
    }
}

fn object<'s>(
    members: &Map<String, Value>,
    kind: &dyn Fn(&str) -> &'s Schema,
    blocks: Blocks<'_>,
) -> Value {
    let lowered = members
        .iter()
        .map(|(name, value)| (name.clone(), lower(kind(name), value, blocks)));
    Value::Object(lowered.collect())
}

/// A value of one of DSPy's types.
fn own(kind: Kind, schema: &Schema, value: &Value, blocks: Blocks<'_>) -> Value {
    match kind {
        Kind::Tool => Value::from(tool_text(value)),
        Kind::ToolCalls => calls(value),
        Kind::Citation => citation_block(value),
        // what the model was not asked for is shown only where it is known
        Kind::Noul | Kind::Choice | Kind::Score => value
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, value)| *name == "value" || !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Map<_, _>>()
            .into(),
        _ => match parts(kind, value) {
            Some(parts) => Value::from(blocks(parts)),
            None => {
                let _ = schema;
                value.clone()
            }
        },
    }
}

/// Tool calls without the names that the server gave them.
fn calls(value: &Value) -> Value {
    let Ok(calls) = <ToolCalls as crate::Field>::from_value(value.clone()) else {
        return value.clone();
    };
    let list: Value = calls
        .tool_calls
        .iter()
        .map(|call| serde_json::json!({"name": call.name, "args": call.args.clone().into_json()}))
        .collect();
    let mut out = serde_json::json!({"tool_calls": list});
    if let Some(results) = calls.tool_call_results {
        out["tool_call_results"] = crate::InputField::view(&results).to_value();
    }
    out
}

/// The content blocks of a value; nothing if it is not what its type says.
fn parts(kind: Kind, value: &Value) -> Option<Vec<Part>> {
    use crate::Field;
    let value = value.clone();
    Some(match kind {
        Kind::Image => vec![Part::Image(types::Image::from_value(value).ok()?)],
        Kind::Audio => vec![Part::Audio(types::Audio::from_value(value).ok()?)],
        Kind::File => vec![Part::File(types::File::from_value(value).ok()?)],
        Kind::Document => vec![Part::Document(types::Document::from_value(value).ok()?)],
        Kind::Citations => {
            let citations = value.get("citations").unwrap_or(&value);
            let blocks = citations.as_array()?.iter().map(citation_block);
            blocks.map(Part::Block).collect()
        }
        _ => return None,
    })
}

/// A value of a field where only text can stand: in the model's own messages.
pub(crate) fn as_text(schema: &Schema, value: &Value) -> Value {
    if mentioned(schema) {
        lower(schema, value, &mut |parts| block_text(&parts))
    } else {
        value.clone()
    }
}

/// How a value is written once it is lowered.
pub(crate) type Write<'a> = &'a dyn Fn(&mut String, &Value);

/// Writes a value into a message of the user, its content blocks beside the text.
pub(crate) fn write(out: &mut Content, schema: &Schema, value: &Value, write: Write<'_>) {
    let mark = unused_mark(value);
    let mut found: Vec<Vec<Part>> = Vec::new();
    let lowered = lower(schema, value, &mut |parts| {
        found.push(parts);
        format!("{mark}{}{mark}", found.len() - 1)
    });
    let mut text = String::new();
    write(&mut text, &lowered);
    let mut pieces = text.split(mark.as_str());
    out.text(pieces.next().unwrap_or_default());
    while let Some(index) = pieces.next() {
        let parts = index
            .parse()
            .ok()
            .and_then(|index: usize| found.get_mut(index));
        out.parts(parts.map(std::mem::take).unwrap_or_default());
        out.text(pieces.next().unwrap_or_default());
    }
}

/// A text that stands nowhere in a value: what the value says can then not be taken for a mark.
fn unused_mark(value: &Value) -> String {
    let mut mark = '\u{f8ff}'.to_string();
    while holds(value, &mark) {
        mark.push('\u{f8ff}');
    }
    mark
}

fn holds(value: &Value, mark: &str) -> bool {
    match value {
        Value::String(text) => text.contains(mark),
        Value::Array(items) => items.iter().any(|item| holds(item, mark)),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains(mark) || holds(value, mark)),
        _ => false,
    }
}

/// Python's `json.dumps(value, indent=2)`, from the given depth on.
pub(crate) fn indented(out: &mut String, value: &Value, depth: usize) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                indented(out, item, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                quoted::write(name, out);
                out.push_str(": ");
                indented(out, value, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        other => value::json(out, View::Json(other)),
    }
}
