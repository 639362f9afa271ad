//! The family `format`: the messages of a prompt.
use super::{Outcome, Report, compare, list, not_applicable, text, types, values};
use serde_json::{Value, json};
use sigflow_core::{Adapter, DynSignature, Message, Part, Record};

/// DSPy's adapters by the names of the vectors.
pub(crate) const ADAPTERS: [(&str, Adapter); 5] = [
    ("chat", Adapter::Chat),
    ("json", Adapter::Json),
    ("xml", Adapter::Xml),
    ("baml", Adapter::Baml),
    ("two_step", Adapter::TwoStep),
];

pub(crate) fn run(vector: &Value, report: &mut Report) {
    let signature = types::made(&vector["signature"]);
    for (name, expected) in vector["expected"].as_object().into_iter().flatten() {
        let id = format!("{} {name}", text(&vector["id"]));
        let adapter = ADAPTERS.iter().find(|(known, _)| known == name);
        let outcome = match (adapter, not_applicable::format(vector, name, expected)) {
            (_, Some(_)) | (None, _) => Outcome::NotApplicable,
            (Some((_, adapter)), None) => match &signature {
                Ok(signature) => check(signature, vector, *adapter, expected)
                    .map_or_else(Outcome::Failed, |()| Outcome::Passed),
                Err(error) => Outcome::Failed(error.to_string()),
            },
        };
        report.add_to(name, &id, outcome);
    }
}

fn check(
    signature: &DynSignature,
    vector: &Value,
    adapter: Adapter,
    expected: &Value,
) -> Result<(), String> {
    let demos: Vec<Record> = list(&vector["demos"]).iter().map(values::record).collect();
    let ours = signature.format(adapter, &demos, &values::record(&vector["inputs"]));
    messages(&ours, list(&expected["messages"]))
}

/// Our messages are the recorded ones.
pub(crate) fn messages(ours: &[Message], recorded: &[Value]) -> Result<(), String> {
    for (index, (ours, recorded)) in ours.iter().zip(recorded).enumerate() {
        message(ours, recorded).map_err(|error| format!("message {index}: {error}"))?;
    }
    if ours.len() == recorded.len() {
        return Ok(());
    }
    Err(format!(
        "{} messages, recorded {}",
        ours.len(),
        recorded.len()
    ))
}

fn message(ours: &Message, recorded: &Value) -> Result<(), String> {
    compare::same("role", ours.role.as_str(), text(&recorded["role"]))?;
    match &recorded["content"] {
        Value::String(content) => compare::same("content", &in_text(ours), content)?,
        Value::Null => compare::same("content", ours.text(), "")?,
        blocks => {
            let parts: Value = if ours.parts.is_empty() {
                json!([{"type": "text", "text": ours.text()}])
            } else {
                ours.parts.iter().map(Part::block).collect()
            };
            equal("content", &parts, blocks)?;
        }
    }
    let calls: Value = ours
        .tool_calls
        .iter()
        .map(|call| {
            json!({
                "id": call.id, "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            })
        })
        .collect();
    let none = json!([]);
    equal(
        "tool_calls",
        &calls,
        recorded.get("tool_calls").unwrap_or(&none),
    )?;
    let (id, name) = ours.answers.clone().unwrap_or_default();
    compare::same("tool_call_id", &id, text(&recorded["tool_call_id"]))?;
    compare::same("name", &name, text(&recorded["name"]))
}

/// The content as DSPy's two-step adapter has it: content blocks are text there, which we send as blocks.
fn in_text(message: &Message) -> String {
    if message.parts.is_empty() {
        return message.text().to_owned();
    }
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        part => format!(
            "<<CUSTOM-TYPE-START-IDENTIFIER>>[{}]<<CUSTOM-TYPE-END-IDENTIFIER>>",
            python_json(&part.block())
        ),
    };
    message.parts.iter().map(part).collect()
}

/// Python's `json.dumps`: a blank behind `,` and `:`.
fn python_json(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(python_json).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", json!(name), python_json(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// Two values are the same, the order of members aside.
fn equal(what: &str, ours: &Value, recorded: &Value) -> Result<(), String> {
    if ours == recorded {
        return Ok(());
    }
    compare::same(what, &ours.to_string(), &recorded.to_string())
}
