//! From a program to its state.
use super::{METADATA, SavedState, model, ours};
use crate::{
    Predictors, Record,
    predict::{FieldText, Kept},
    program::Predictor,
};
use serde_json::{Map, Value, json};

impl SavedState {
    /// The state of a program.
    pub fn of<P: Predictors + ?Sized>(program: &P) -> Self {
        let predictors = program.named_predictors();
        let parameters = program.named_parameters();
        let parameters = parameters
            .iter()
            .map(|(path, parameter)| (path.clone(), parameter.value()));
        let metadata = json!({
            "dependency_versions": versions(),
            ours::SIGFLOW: ours::write(&predictors, parameters.collect()),
        });
        let mut root = match predictors.as_slice() {
            [(path, alone)] if path == "self" => entry(*alone),
            all => all
                .iter()
                .map(|(path, each)| (path.clone(), Value::Object(entry(*each))))
                .collect(),
        };
        root.insert(METADATA.to_owned(), metadata);
        Self::new(root)
    }
}

/// The release whose format this is, with what it was recorded with. DSPy looks these three up and warns
/// where its own are others.
fn versions() -> Value {
    json!({ "python": "3.11", "dspy": "3.4.1", "cloudpickle": "3.1" })
}

/// The state of one predictor, its members in DSPy's order.
fn entry(predictor: &dyn Predictor) -> Map<String, Value> {
    let nothing = Kept::default();
    let state = predictor.state();
    let kept = state.and_then(|state| state.kept.as_deref());
    let kept = kept.unwrap_or(&nothing);
    let demos = predictor.demos().iter().cloned().map(Record::into_json);
    let fields: Vec<Value> = predictor.fields().iter().map(field).collect();
    let lm = match state.and_then(|state| state.lm.as_ref()) {
        Some(lm) => model::describe(lm),
        None => kept.lm.clone().unwrap_or_default(),
    };
    let mut entry = Map::new();
    let mut set = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    set("traces", Value::Array(kept.traces.clone()));
    set("train", Value::Array(kept.train.clone()));
    set("demos", demos.collect());
    set(
        "signature",
        json!({ "instructions": predictor.instructions(), "fields": fields }),
    );
    if let Some(decisions) = &kept.fields {
        set("fields", decisions.clone());
    }
    set("lm", lm);
    entry
}

fn field(text: &FieldText) -> Value {
    json!({ "prefix": text.prefix, "description": text.description })
}
