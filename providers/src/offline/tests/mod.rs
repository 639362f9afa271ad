//! What the offline model answers to prompts as `DSPy` writes them.
mod prompts;
mod schemas;
mod tickets;
mod vectors;

use super::respond;
use serde_json::{Map, Value, json};
use sigflow_core::{
    Message, OutputSchema, Prefix, Request, ResponseFormat,
    Role::{self, Assistant as Model, User},
};
use std::{fmt::Write, fs, path::Path};

fn request(system: &str, turns: &[(Role, &str)], schema: Option<&str>) -> Request {
    let turns = turns
        .iter()
        .map(|(role, text)| Message::new(*role, (*text).to_owned()));
    let mut request = Request::new(
        Prefix::new(system.to_owned().into()),
        turns.collect::<Vec<_>>(),
    );
    if let Some(schema) = schema {
        let schema = OutputSchema::new("Out", schema.to_owned());
        request.response_format = ResponseFormat::Schema(schema);
    }
    request
}

/// The text of the reply.
fn answer(system: &str, turns: &[(Role, &str)], schema: Option<&str>) -> String {
    respond(&request(system, turns, schema)).completions[0]
        .text
        .clone()
}

/// A chat prompt of one input `text` and the given outputs: name, type, description, note.
fn system(outputs: &[(&str, &str, &str)]) -> String {
    let mut prompt = "Your input fields are:\n1. `text` (str):\nYour output fields are:".to_owned();
    for (at, (name, doc, _)) in outputs.iter().enumerate() {
        _ = write!(prompt, "\n{}. `{name}` (T): {doc}", at + 1);
    }
    prompt += "\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n\
        [[ ## text ## ]]\n{text}\n\n";
    for (name, _, note) in outputs {
        _ = write!(prompt, "[[ ## {name} ## ]]\n{{{name}}}");
        if !note.is_empty() {
            _ = write!(prompt, "        # note: the value you produce {note}");
        }
        prompt += "\n\n";
    }
    prompt
        + "[[ ## completed ## ]]\nIn adhering to this structure, your objective is: \n        Do it."
}

fn question(text: &str) -> String {
    format!("[[ ## text ## ]]\n{text}")
}

/// The value of a single output with that schema.
fn fill(name: &str, doc: &str, schema: &Value, text: &str) -> Value {
    let note = format!("must adhere to the JSON schema: {schema}");
    let reply = answer(
        &system(&[(name, doc, &note)]),
        &[(User, &question(text))],
        None,
    );
    let reply = reply
        .strip_prefix(&format!("[[ ## {name} ## ]]\n"))
        .expect("a section");
    let reply = reply
        .strip_suffix("\n\n[[ ## completed ## ]]")
        .expect("an end");
    let value = serde_json::from_str(reply).unwrap_or_else(|_| Value::from(reply));
    assert!(
        jsonschema::is_valid(schema, &value),
        "{value} against {schema}"
    );
    value
}

fn shared(path: &str) -> Option<String> {
    let found = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    if found.is_err() {
        eprintln!("skipped: there is no {path}");
    }
    found.ok()
}
