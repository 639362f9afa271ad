//! The family `format`: the messages of a prompt.
use super::{Outcome, Report, compare, list, not_applicable, structured, text, types, values};
use serde_json::{Value, json};
use sigflow_core::{Adapter, DynSignature, Message, Part, Record, ToolCall};

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
    let Some(recorded) = vector.get("json_adapter_structured_output") else {
        return;
    };
    let outcome = match &signature {
        _ if structured::not_applicable(&vector["signature"]).is_some() => Outcome::NotApplicable,
        Ok(signature) => structured::check(signature, recorded)
            .map_or_else(Outcome::Failed, |()| Outcome::Passed),
        Err(_) => Outcome::NotApplicable,
    };
    let id = format!("{} structured output", text(&vector["id"]));
    report.add_to("structured output", &id, outcome);
}

fn check(
    signature: &DynSignature,
    vector: &Value,
    adapter: Adapter,
    expected: &Value,
) -> Result<(), String> {
    let demos: Vec<Record> = list(&vector["demos"]).iter().map(values::record).collect();
    let ours = signature.format(adapter, &demos, &values::record(&vector["inputs"]));
    let ours: Vec<Value> = ours.iter().map(shown).collect();
    messages(&ours, list(&expected["messages"]))
}

/// A message in the form that is compared. The programs of `--static` print the same.
fn shown(message: &Message) -> Value {
    let parts: Vec<Value> = message.parts.iter().map(Part::block).collect();
    let call = |call: &ToolCall| {
        json!({
            "id": call.id, "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        })
    };
    let calls: Vec<Value> = message.tool_calls.iter().map(call).collect();
    let (id, name) = message.answers.clone().unwrap_or_default();
    json!({
        "role": message.role.as_str(), "content": message.text(), "parts": parts,
        "tool_calls": calls, "tool_call_id": id, "name": name,
    })
}

/// Our messages are the recorded ones.
pub(crate) fn messages(ours: &[Value], recorded: &[Value]) -> Result<(), String> {
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

fn message(ours: &Value, recorded: &Value) -> Result<(), String> {
    compare::same("role", text(&ours["role"]), text(&recorded["role"]))?;
    let parts = list(&ours["parts"]);
    match &recorded["content"] {
        Value::String(content) => compare::same("content", &in_text(ours), content)?,
        Value::Null => compare::same("content", text(&ours["content"]), "")?,
        blocks if parts.is_empty() => {
            let words = json!([{"type": "text", "text": ours["content"]}]);
            equal("content", &words, blocks)?;
        }
        blocks => equal("content", &ours["parts"], blocks)?,
    }
    let none = json!([]);
    let list = |message: &Value| message.get("tool_calls").unwrap_or(&none).clone();
    equal("tool_calls", &list(ours), &list(recorded))?;
    for name in ["tool_call_id", "name"] {
        compare::same(name, text(&ours[name]), text(&recorded[name]))?;
    }
    Ok(())
}

/// The content as DSPy's two-step adapter has it: content blocks are text there, which we send as blocks.
fn in_text(message: &Value) -> String {
    let parts = list(&message["parts"]);
    if parts.is_empty() {
        return text(&message["content"]).to_owned();
    }
    let part = |part: &Value| match text(&part["type"]) {
        "text" => text(&part["text"]).to_owned(),
        _ => format!(
            "<<CUSTOM-TYPE-START-IDENTIFIER>>[{}]<<CUSTOM-TYPE-END-IDENTIFIER>>",
            python_json(part)
        ),
    };
    parts.iter().map(part).collect()
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
