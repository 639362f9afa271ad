//! The makers' own descriptions of what they take, and bodies held to them.
use jsonschema::Validator;
use serde_json::Value;
use std::path::Path;

/// A description, by its path; nothing where the folder with them is not beside the repository.
pub fn spec(path: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
    let text = std::fs::read_to_string(folder.join(path)).ok();
    if text.is_none() {
        eprintln!("{path} is not in shared/specs: bodies are not checked against it");
    }
    text
}

/// As [`spec`], of a schema of JSON.
pub fn schema(path: &str) -> Option<Validator> {
    let schema: Value = serde_json::from_str(&spec(path)?).expect("a schema of JSON");
    Some(validator(&schema))
}

pub fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("a schema")
}

/// A body fits its schema.
#[track_caller]
pub fn fits(schema: &Validator, body: &Value) {
    let faults = schema.iter_errors(body).map(|fault| fault.to_string());
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{faults:?}\n{body}");
}

/// An object has no other members: schemas allow members they do not know, so a misspelt one passes them.
#[track_caller]
pub fn only(members: &[&str], body: &Value) {
    for key in body.as_object().expect("an object").keys() {
        assert!(members.contains(&key.as_str()), "member `{key}` in {body}");
    }
}
