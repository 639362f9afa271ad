//! The family `state`: what DSPy saved is loaded into a program of the same shape, and written back equal.
use super::{Outcome, Report, list, not_applicable, text, types};
use serde_json::Value;
use sigflow_core::{DynProgram, Predictors, SavedState};

pub(crate) fn run(vector: &Value, report: &mut Report) {
    let outcome = if not_applicable::state(vector) {
        Outcome::NotApplicable
    } else {
        written_back(vector).map_or_else(Outcome::Failed, |()| Outcome::Passed)
    };
    report.add(text(&vector["id"]), outcome);
}

fn written_back(vector: &Value) -> Result<(), String> {
    let recorded = text(&vector["saved_text"]);
    let mut program = program(vector)?;
    let paths: Vec<String> = program
        .named_predictors()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let expected: Vec<&str> = list(&vector["named_predictors"]).iter().map(text).collect();
    if paths != expected {
        return Err(format!("paths: ours {paths:?}, recorded {expected:?}"));
    }
    let state = SavedState::parse(recorded).map_err(|error| error.to_string())?;
    state
        .apply(&mut program)
        .map_err(|error| error.to_string())?;
    let ours = SavedState::of(&program);
    if ours != state {
        return Err(format!("ours {}, recorded {recorded}", ours.as_json()));
    }
    // the very text, as far as it is not about who wrote it
    let ours = ours.to_string();
    match (before_metadata(&ours), before_metadata(recorded)) {
        (Some(one), Some(two)) if one == two => Ok(()),
        _ => Err(format!("ours {ours}, recorded {recorded}")),
    }
}

/// A program of the same shape.
fn program(vector: &Value) -> Result<DynProgram, String> {
    let mut signatures = Vec::new();
    for path in list(&vector["named_predictors"]).iter().map(text) {
        let recorded = &vector["signatures"][path];
        let signature = types::built(recorded).map_err(|error| format!("`{path}`: {error}"))?;
        signatures.push((path, signature));
    }
    DynProgram::from_signatures(signatures).map_err(|error| error.to_string())
}

fn before_metadata(text: &str) -> Option<&str> {
    text.split_once("\n  \"metadata\": {\n    \"dependency_versions\": {")
        .map(|(before, _)| before)
}
