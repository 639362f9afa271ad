//! The family `format`: the messages of a prompt.
use super::{Outcome, Report, compare, list, not_applicable, text, types, values};
use serde_json::Value;
use sigflow_core::{Adapter, Record};

pub(crate) fn run(vector: &Value, report: &mut Report) {
    for (name, expected) in vector["expected"].as_object().into_iter().flatten() {
        let id = format!("{} {name}", text(&vector["id"]));
        let adapter = match name.as_str() {
            "chat" => Some(Adapter::Chat),
            "json" => Some(Adapter::Json),
            _ => None,
        };
        let outcome = match adapter {
            Some(adapter) if !not_applicable::format(vector) => {
                check(vector, adapter, expected).map_or_else(Outcome::Failed, |()| Outcome::Passed)
            }
            _ => Outcome::NotApplicable,
        };
        report.add(&id, outcome);
    }
}

fn check(vector: &Value, adapter: Adapter, expected: &Value) -> Result<(), String> {
    let signature = types::made(&vector["signature"]).map_err(|error| error.to_string())?;
    let demos: Vec<Record> = list(&vector["demos"]).iter().map(values::record).collect();
    let ours = signature.format(adapter, &demos, &values::record(&vector["inputs"]));
    let recorded = list(&expected["messages"]);
    if ours.len() != recorded.len() {
        return Err(format!(
            "{} messages, recorded {}",
            ours.len(),
            recorded.len()
        ));
    }
    for (index, (ours, recorded)) in ours.iter().zip(recorded).enumerate() {
        compare::same(
            &format!("role of message {index}"),
            ours.role.as_str(),
            text(&recorded["role"]),
        )?;
        let Some(content) = recorded["content"].as_str() else {
            return Err(format!("message {index} is of blocks"));
        };
        compare::same(&format!("message {index}"), ours.text(), content)?;
    }
    Ok(())
}
