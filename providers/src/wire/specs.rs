//! The makers' own descriptions of their formats, for tests: `shared/specs` beside the repository. Without that folder bodies
//! are not checked against them, and a line says so.
use serde_json::{Map, Value, json};
use std::path::Path;

/// The text of a description.
pub(crate) fn read(name: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        eprintln!("{name} is not in shared/specs: bodies are not checked against it");
    }
    text
}

/// As [`read`], of JSON.
pub(crate) fn read_json(name: &str) -> Option<Value> {
    read(name).map(|text| serde_json::from_str(&text).expect("JSON"))
}

/// One schema out of a discovery document, of which no object may have members that it does not know.
pub(crate) fn of_discovery(document: &Value, root: &str) -> Value {
    let schemas = document["schemas"].as_object().expect("schemas");
    let defs: Map<String, Value> = schemas
        .iter()
        .map(|(name, schema)| {
            (
                name.clone(),
                rewritten(schema, &|name| format!("#/$defs/{name}")),
            )
        })
        .collect();
    json!({"$ref": format!("#/$defs/{root}"), "$defs": defs})
}

/// Closes all objects, and takes out what stands for the unknown.
pub(crate) fn closed(schema: &Value) -> Value {
    rewritten(schema, &str::to_owned)
}

fn rewritten(schema: &Value, reference: &dyn Fn(&str) -> String) -> Value {
    match schema {
        Value::Object(members) => {
            let mut out = Map::new();
            for (name, value) in members {
                let value = match (name.as_str(), value) {
                    ("$ref", Value::String(to)) => reference(to).into(),
                    // any value at all; formats of numbers
                    ("type", Value::String(kind)) if kind == "any" => continue,
                    ("required", Value::Bool(_)) => continue,
                    ("format", Value::String(_)) => continue,
                    ("anyOf", Value::Array(all)) => {
                        let known = |one: &&Value| {
                            let to = one.get("$ref").and_then(Value::as_str);
                            !to.is_some_and(|to| to.contains("/Unknown"))
                        };
                        let known = all.iter().filter(known);
                        known.map(|one| rewritten(one, reference)).collect()
                    }
                    (_, value) => rewritten(value, reference),
                };
                out.insert(name.clone(), value);
            }
            if members.get("properties").is_some_and(Value::is_object)
                && members.get("type").is_some_and(Value::is_string)
            {
                out.insert("additionalProperties".to_owned(), false.into());
            }
            out.into()
        }
        Value::Array(all) => all.iter().map(|one| rewritten(one, reference)).collect(),
        other => other.clone(),
    }
}

/// Fails unless the body is as the schema says.
#[track_caller]
pub(crate) fn check(schema: &Value, body: &Value) {
    let schema = jsonschema::validator_for(schema).expect("a schema");
    let faults: Vec<String> = schema
        .iter_errors(body)
        .map(|fault| format!("{} at {}", fault, fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}\n{body:#}");
}
