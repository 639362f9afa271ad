//! A predictor's own model, as DSPy describes it.
use crate::{Effort, Lm};
use serde_json::{Map, Value, json};

/// What DSPy makes an equal model of: its name and settings. A key is no part of it.
pub(super) fn describe(lm: &Lm) -> Value {
    let settings = lm.settings();
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("_dspy_lm_class", json!("dspy.clients.lm.LM"));
    set("model", json!(lm.name()));
    set("model_type", json!("chat"));
    set("cache", json!(true));
    set("num_retries", json!(3));
    set("temperature", json!(settings.temperature));
    set("max_tokens", json!(settings.max_tokens));
    let optional = [
        ("top_p", json!(settings.top_p)),
        ("n", json!(settings.n)),
        ("seed", json!(settings.seed)),
        (
            "reasoning_effort",
            json!(settings.reasoning_effort.map(Effort::as_str)),
        ),
        ("stop", json!(settings.stop.as_deref())),
    ];
    for (name, value) in optional {
        if !value.is_null() {
            set(name, value);
        }
    }
    set("finetuning_model", Value::Null);
    set("launch_kwargs", json!({}));
    set("train_kwargs", json!({}));
    Value::Object(members)
}
