//! Recorded values as JSON: what DSPy's own serializer makes of them.
use super::{list, text};
use serde_json::{Map, Value};
use sigflow_core::Record;

/// A value without its `$type` encoding.
pub(crate) fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => match value["$type"].as_str() {
            Some(kind) => typed(kind, value),
            None => members
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect::<Map<_, _>>()
                .into(),
        },
        other => other.clone(),
    }
}

fn typed(kind: &str, value: &Value) -> Value {
    match kind {
        "model" | "dataclass" | "Example" => plain(&value["fields"]),
        "tuple" | "set" => plain(&value["items"]),
        "map" => {
            let name = |key: &Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
            let entries = list(&value["entries"])
                .iter()
                .map(|pair| (name(&plain(&pair[0])), plain(&pair[1])));
            entries.collect::<Map<_, _>>().into()
        }
        // pydantic writes the offset of UTC as `Z`
        "datetime" => Value::from(text(&value["value"]).replace("+00:00", "Z")),
        "Code" => value["code"].clone(),
        "Reasoning" => value["content"].clone(),
        "decision" => plain(&value["fields"]),
        "Image" | "Audio" | "File" | "Document" | "Citations" | "Citation" | "History" | "Tool"
        | "ToolCalls" | "ToolCall" | "ToolCallResults" | "ToolCallResult" => own(value),
        _ => value["value"].clone(),
    }
}

/// A value of one of DSPy's types: its members, without what was recorded beside them.
fn own(value: &Value) -> Value {
    let beside = ["$type", "format", "str", "function_call"];
    let members = value.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| !beside.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// Named values.
pub(crate) fn record(values: &Value) -> Record {
    values
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect()
}

/// Whether a value somewhere is of this kind.
pub(crate) fn contains(value: &Value, kind: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| contains(item, kind)),
        Value::Object(members) => {
            value["$type"] == kind || members.values().any(|member| contains(member, kind))
        }
        _ => false,
    }
}
