//! The schema of the outputs beside the one that DSPy's JSON adapter sends: what a reply may be by each.
//! Where a thing is written (`$defs`, titles, descriptions, the order of members) is not compared, nor what
//! DSPy drops or closes for the sake of one provider.
use super::list;
use serde_json::{Map, Value, json};
use sigflow_core::DynSignature;

/// The first difference between our plain schema and the one that pydantic makes.
pub(crate) fn check(signature: &DynSignature, recorded: &Value) -> Result<(), String> {
    let Some(theirs) = recorded.get("schema") else {
        // DSPy takes the JSON mode for outputs that are maps: here they have a schema all the same
        return Ok(());
    };
    let ours = signature.def().output_schema();
    let ours: Value =
        serde_json::from_str(ours.plain.as_str()).map_err(|error| error.to_string())?;
    let (one, two) = (meaning(&ours, &ours, 0), meaning(theirs, theirs, 0));
    same(&one, &two, "schema")
}

/// How deep types inside themselves are followed.
const DEEPEST: usize = 4;

/// What a schema allows, in one spelling.
fn meaning(schema: &Value, root: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return json!("…");
    }
    let inner = |schema: &Value| meaning(schema, root, depth);
    if let Some(path) = schema["$ref"].as_str() {
        let target = root.pointer(path.trim_start_matches('#'));
        return target.map_or(Value::Null, |target| meaning(target, root, depth + 1));
    }
    if let Some(only) = schema.get("const") {
        return json!({"enum": [only]});
    }
    let mut out = Map::new();
    let options = ["anyOf", "oneOf"]
        .iter()
        .find_map(|name| schema[*name].as_array());
    if let Some(options) = options {
        let mut all: Vec<Value> = options.iter().map(inner).collect();
        return one_of(&mut all);
    }
    if let Some(values) = schema["enum"].as_array() {
        let (null, words): (Vec<Value>, Vec<Value>) =
            values.iter().cloned().partition(Value::is_null);
        if null.is_empty() || words.is_empty() {
            return json!({"enum": values});
        }
        return one_of(&mut vec![json!({"enum": words}), json!({"type": "null"})]);
    }
    // `["integer", "null"]` is a union too
    if let Some(kinds) = schema["type"].as_array() {
        let one = |kind: &Value| {
            let mut schema = schema.clone();
            schema["type"] = kind.clone();
            if kind == "null" {
                json!({"type": "null"})
            } else {
                inner(&schema)
            }
        };
        return one_of(&mut kinds.iter().map(one).collect());
    }
    for name in [
        "type",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
    ] {
        if let Some(value) = schema
            .get(name)
            .filter(|value| !matches!(name, "format" | "pattern") || !is_width(value))
        {
            // 1 and 1.0 are one bound
            let value = value.as_f64().map_or_else(|| value.clone(), Value::from);
            out.insert(name.into(), value);
        }
    }
    let said = |items: &&Value| items.as_object().is_some_and(|items| !items.is_empty());
    if let Some(items) = schema.get("items").filter(said) {
        out.insert("items".into(), inner(items));
    }
    if let Some(items) = schema["prefixItems"].as_array() {
        out.insert("prefixItems".into(), items.iter().map(inner).collect());
    }
    if let Some(members) = schema["properties"].as_object() {
        let members: Map<_, _> = members
            .iter()
            .map(|(name, member)| (name.clone(), inner(member)))
            .collect();
        out.insert("properties".into(), members.into());
    }
    // an object of any names: DSPy closes it, ours says what its members are
    if schema["type"] == "object" && schema.get("properties").is_none_or(|all| all == &json!({})) {
        return json!({"type": "object"});
    }
    out.into()
}

/// A union in order: options inside options are options, and one alone is none.
fn one_of(options: &mut Vec<Value>) -> Value {
    let mut all = Vec::new();
    for option in options.drain(..) {
        match option["anyOf"].as_array() {
            Some(inner) => all.extend(inner.iter().cloned()),
            None => all.push(option),
        }
    }
    all.sort_by_key(Value::to_string);
    all.dedup();
    json!({"anyOf": all})
}

/// `double` and the like: what a number is in Rust; and which texts are decimals.
fn is_width(format: &Value) -> bool {
    let widths = ["double", "float", "int", "uint", "^-?\\d"];
    format
        .as_str()
        .is_some_and(|format| widths.iter().any(|width| format.starts_with(width)))
}

fn same(ours: &Value, theirs: &Value, path: &str) -> Result<(), String> {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(two)) => {
            for name in one.keys().chain(two.keys()) {
                let member = |all: &Map<String, Value>| all.get(name).cloned().unwrap_or_default();
                same(&member(one), &member(two), &format!("{path}.{name}"))?;
            }
            Ok(())
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => one
            .iter()
            .zip(two)
            .try_for_each(|(one, two)| same(one, two, path)),
        _ if ours == theirs => Ok(()),
        _ => Err(format!("{path}: ours {ours}, recorded {theirs}")),
    }
}

/// Why the schemas of a case are not compared, if they are not.
pub(crate) fn not_applicable(signature: &Value) -> Option<&'static str> {
    let outputs = || {
        list(&signature["fields"])
            .iter()
            .filter(|field| field["role"] == "output")
    };
    // ours hold a field to its bounds; DSPy drops those of the field itself
    if outputs().any(|field| field["metadata"].is_object()) {
        return Some("bounds of a field: enforced here, dropped by DSPy");
    }
    let mentions = |name: &str| {
        outputs().any(|field| field["type"].to_string().contains(&format!("\"{name}\"")))
    };
    if mentions("Code") || mentions("Reasoning") {
        return Some("code and reasoning: texts here, objects of one text for DSPy");
    }
    if mentions("ToolCalls") {
        return Some("tool calls: DSPy leaves them to the server");
    }
    None
}
