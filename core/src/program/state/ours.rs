//! What stands under `metadata.sigflow`.
use super::fingerprint;
use crate::{Effort, Settings, error::Fault, field::shorten, program::Predictor};
use serde_json::{Map, Value, json};

/// The name of our part.
pub(super) const SIGFLOW: &str = "sigflow";
/// The form of our part. A number that is greater than this one was written by a later sigflow.
pub(super) const VERSION: u64 = 1;

/// Our part of a state, by path.
pub(super) fn write(
    predictors: &[(String, &dyn Predictor)],
    parameters: Map<String, Value>,
) -> Value {
    let by_path = |of: &dyn Fn(&dyn Predictor) -> Value| {
        let all = predictors.iter().map(|(path, each)| (path, of(*each)));
        all.filter(|(_, value)| !value.is_null())
            .map(|(path, value)| (path.clone(), value))
            .collect::<Map<_, _>>()
    };
    let names = |predictor: &dyn Predictor| {
        let def = predictor.def();
        let fields = def.inputs().iter().chain(def.outputs());
        fields.map(|field| json!(field.name.get())).collect()
    };
    json!({
        "version": VERSION,
        "fields": by_path(&names),
        "fingerprints": by_path(&|predictor| json!(fingerprint::of(&predictor.def()))),
        "settings": by_path(&|predictor| settings(&predictor.settings())),
        "parameters": parameters,
    })
}

/// Those that are set; nothing if none is.
fn settings(settings: &Settings) -> Value {
    let all = [
        ("temperature", json!(settings.temperature)),
        ("top_p", json!(settings.top_p)),
        ("max_tokens", json!(settings.max_tokens)),
        ("n", json!(settings.n)),
        ("seed", json!(settings.seed)),
        (
            "reasoning_effort",
            json!(settings.reasoning_effort.map(Effort::as_str)),
        ),
        ("stop", json!(settings.stop.as_deref())),
    ];
    let set = all.into_iter().filter(|(_, value)| !value.is_null());
    let set: Map<_, _> = set.map(|(name, value)| (name.to_owned(), value)).collect();
    if set.is_empty() {
        Value::Null
    } else {
        Value::Object(set)
    }
}

/// Settings that were saved; those at fault are listed.
pub(super) fn read_settings(path: &str, saved: &Value, faults: &mut Vec<Fault>) -> Settings {
    let mut settings = Settings::default();
    let mut wrong = |name: &str, expected: &str, found: &Value| {
        let place = format!("metadata.{SIGFLOW}.settings['{path}'].{name}");
        faults.push(Fault::mismatch(place, expected, shorten(found)));
    };
    for (name, value) in saved.as_object().into_iter().flatten() {
        let small = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let (fits, expected) = match name.as_str() {
            "temperature" => {
                settings.temperature = value.as_f64();
                (settings.temperature.is_some(), "a number")
            }
            "top_p" => {
                settings.top_p = value.as_f64();
                (settings.top_p.is_some(), "a number")
            }
            "max_tokens" => {
                settings.max_tokens = small(value);
                (settings.max_tokens.is_some(), "a whole number")
            }
            "n" => {
                settings.n = small(value);
                (settings.n.is_some(), "a whole number")
            }
            "seed" => {
                settings.seed = value.as_i64();
                (settings.seed.is_some(), "a whole number")
            }
            "reasoning_effort" => {
                settings.reasoning_effort = value.as_str().and_then(Effort::of);
                (
                    settings.reasoning_effort.is_some(),
                    "`none`, `minimal`, `low`, `medium` or `high`",
                )
            }
            "stop" => {
                let texts = value.as_array().and_then(|items| {
                    let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
                    texts.collect::<Option<Vec<String>>>()
                });
                settings.stop = texts.map(Into::into);
                (settings.stop.is_some(), "a list of texts")
            }
            _ => (false, "a setting that this version knows"),
        };
        if !fits {
            wrong(name, expected, value);
        }
    }
    settings
}
