//! What each rendered schema must be: JSON without a key twice, a JSON Schema, and within the subset of
//! its provider.
use super::strict_json;
use jsonschema::Validator;
use serde_json::{Value, json};
use sigflow::Dialect;
use std::{path::PathBuf, sync::OnceLock};

/// The schema as a value, once it is known to be valid; `None` if the dialect refused.
pub fn check(dialect: Dialect, text: &str) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    strict_json::check(text).unwrap();
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::meta::validate(&schema)
        .unwrap_or_else(|error| panic!("no JSON Schema: {error} in {text}"));
    // references lead somewhere
    jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{error} in {text}"));
    // a tool's parameters are an object
    assert_eq!(schema["type"], "object", "{text}");
    assert!(
        schema["properties"].is_object() && schema.get("anyOf").is_none(),
        "{text}"
    );
    let profile = match dialect {
        Dialect::OpenAi => openai().map(|profile| (profile, without_null(&schema))),
        Dialect::Gemini => gemini().map(|profile| (profile, without_references(&schema))),
        _ => None,
    };
    if let Some((profile, schema)) = profile {
        let faults: Vec<String> = profile
            .iter_errors(&schema)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}\n{schema}", faults.join("\n"));
    }
    match dialect {
        Dialect::OpenAi => walk(&schema, &mut |schema| {
            closed(schema);
            assert!(
                schema["required"].as_array().map(Vec::len)
                    == schema["properties"].as_object().map(serde_json::Map::len)
            );
        }),
        Dialect::Anthropic => walk(&schema, &mut |schema| {
            closed(schema);
            anthropic(schema);
        }),
        Dialect::Gemini => walk(&schema, &mut |schema| {
            if schema.get("$ref").is_some() {
                assert_eq!(
                    schema.as_object().map(serde_json::Map::len),
                    Some(1),
                    "{schema}"
                );
            }
        }),
        _ => {}
    }
    Some(schema)
}

fn closed(schema: &Value) {
    if schema["type"] == "object" {
        assert_eq!(schema["additionalProperties"], false, "{schema}");
        assert!(
            schema["properties"].is_object() && schema["required"].is_array(),
            "{schema}"
        );
    }
    if schema.get("$ref").is_some() {
        assert_eq!(
            schema.as_object().map(serde_json::Map::len),
            Some(1),
            "{schema}"
        );
    }
}

/// `reliability.md` section 3; there is no public meta-schema.
fn anthropic(schema: &Value) {
    const KNOWN: [&str; 13] = [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "minItems",
        "enum",
        "anyOf",
        "$ref",
        "$defs",
        "description",
        "format",
        "pattern",
    ];
    const FORMATS: [&str; 10] = [
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "uri",
        "ipv4",
        "ipv6",
        "uuid",
    ];
    for (key, value) in schema.as_object().into_iter().flatten() {
        assert!(KNOWN.contains(&key.as_str()), "`{key}` in {schema}");
        match key.as_str() {
            "minItems" => assert!(value == 0 || value == 1, "{schema}"),
            "format" => assert!(FORMATS.contains(&value.as_str().unwrap()), "{schema}"),
            _ => {}
        }
    }
}

/// Each schema inside a schema.
pub fn walk(schema: &Value, visit: &mut dyn FnMut(&Value)) {
    if !schema.is_object() {
        return;
    }
    visit(schema);
    for (key, value) in schema.as_object().into_iter().flatten() {
        match key.as_str() {
            "properties" | "$defs" | "patternProperties" => {
                value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .for_each(|(_, inner)| walk(inner, visit));
            }
            "items" | "additionalProperties" => walk(value, visit),
            "anyOf" | "oneOf" | "prefixItems" => value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|inner| walk(inner, visit)),
            _ => {}
        }
    }
}

/// The profile has no `null` beside a reference, which OpenAI documents for optional and recursive types
/// (`"anyOf": [{"$ref": …}, {"type": "null"}]`): such an option is left out here.
fn without_null(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut plain = serde_json::Map::new();
            for (key, value) in members {
                let value = without_null(value);
                match (key.as_str(), value) {
                    ("anyOf", Value::Array(mut options))
                        if options.contains(&json!({ "type": "null" })) =>
                    {
                        options.retain(|option| *option != json!({ "type": "null" }));
                        match <[Value; 1]>::try_from(options) {
                            Ok([Value::Object(only)]) => plain.extend(only),
                            Ok([other]) => panic!("{other}"),
                            Err(options) => _ = plain.insert(key.clone(), Value::Array(options)),
                        }
                    }
                    (_, value) => _ = plain.insert(key.clone(), value),
                }
            }
            Value::Object(plain)
        }
        Value::Array(items) => Value::Array(items.iter().map(without_null).collect()),
        other => other.clone(),
    }
}

/// The profile knows neither `$ref`, `$defs` nor `anyOf`, which Google documents for `responseJsonSchema`
/// (`reliability.md`, section 3): a reference stands here for an object, a choice for each of its options
/// in turn, and definitions are held against the profile as properties.
fn without_references(schema: &Value) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    if members.contains_key("$ref") {
        return json!({ "type": "object" });
    }
    let mut plain = serde_json::Map::new();
    let (mut properties, mut options) = (serde_json::Map::new(), Vec::new());
    for (key, value) in members {
        match key.as_str() {
            "$defs" => {
                for (name, definition) in value.as_object().into_iter().flatten() {
                    properties.insert(format!("definition {name}"), without_references(definition));
                }
            }
            "anyOf" => options.extend(
                value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(without_references),
            ),
            "properties" => {
                for (name, property) in value.as_object().into_iter().flatten() {
                    properties.insert(name.clone(), without_references(property));
                }
            }
            "items" | "additionalProperties" => {
                _ = plain.insert(key.clone(), without_references(value))
            }
            "prefixItems" => {
                let items = value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(without_references)
                    .collect();
                plain.insert(key.clone(), Value::Array(items));
            }
            _ => _ = plain.insert(key.clone(), value.clone()),
        }
    }
    if !options.is_empty() {
        plain.insert("type".into(), "array".into());
        plain.insert("prefixItems".into(), Value::Array(options));
    }
    if !properties.is_empty() {
        plain.insert("properties".into(), Value::Object(properties));
    }
    Value::Object(plain)
}

fn openai() -> Option<&'static Validator> {
    static PROFILE: OnceLock<Option<Validator>> = OnceLock::new();
    PROFILE.get_or_init(|| profile("openai_202602")).as_ref()
}

fn gemini() -> Option<&'static Validator> {
    static PROFILE: OnceLock<Option<Validator>> = OnceLock::new();
    PROFILE.get_or_init(|| profile("gemini_202602")).as_ref()
}

/// Meta-schemas that others wrote; they lie beside the checkout, not in it.
fn profile(name: &str) -> Option<Validator> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/schema-profiles");
    let Ok(text) = std::fs::read_to_string(folder.join(format!("{name}.yaml"))) else {
        eprintln!("no profile `{name}` beside the checkout: schemas are not held against it");
        return None;
    };
    let profile: Value = serde_norway::from_str(&text).unwrap();
    Some(jsonschema::validator_for(&profile).unwrap())
}
