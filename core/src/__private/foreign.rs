//! `schemars::JsonSchema` for types with `derive(Field)`, out of their own schema: the two cannot differ.
use crate::{
    InputField,
    constant::Out,
    schema::{
        Schema,
        definitions::{Definitions, printed_name},
        json::of_type,
    },
};
use ::schemars::SchemaGenerator;
use serde_json::{Map, Value};
use std::borrow::Cow;

pub use ::schemars;

/// The name that definitions of the type have: `Page_Point_`; the fallback for a type without one.
pub fn schema_name<T: InputField>(fallback: &'static str) -> Cow<'static, str> {
    let schema = T::SCHEMA;
    let Schema::Named(named) = schema.get() else {
        return Cow::Borrowed(fallback);
    };
    let mut buffer = vec![0; 256];
    loop {
        let mut out = Out::new(&mut buffer);
        printed_name(&mut out, named);
        let len = out.len();
        if len <= buffer.len() {
            buffer.truncate(len);
            return Cow::Owned(String::from_utf8_lossy(&buffer).into_owned());
        }
        buffer = vec![0; len];
    }
}

/// Tells types of the same name apart.
pub fn schema_id<T: InputField>(fallback: &'static str, place: &str) -> Cow<'static, str> {
    match T::SCHEMA.get() {
        Schema::Named(named) => Cow::Owned(format!(
            "{place}::{}#{:x}",
            schema_name::<T>(fallback),
            named.id
        )),
        _ => Cow::Owned(format!("{place}::{fallback}")),
    }
}

/// The type's own schema; those that it refers to are put where the generator keeps definitions.
///
/// A type that mentions more named types than there is room for does not compile.
pub fn json_schema<T: InputField>(generator: &mut SchemaGenerator) -> ::schemars::Schema {
    const { Definitions::of((const { &T::SCHEMA }).get()) };
    let schema = serde_json::from_str(&of_type(T::SCHEMA.get())).unwrap_or_default();
    let Value::Object(mut root) = schema else {
        return ::schemars::Schema::default();
    };
    let mut own = match root.remove("$defs") {
        Some(Value::Object(own)) => own,
        _ => Map::new(),
    };
    if let Some(name) = target(&root)
        && let Some(Value::Object(body)) = own.get(name)
    {
        let (name, body) = (name.to_owned(), body.clone());
        root = body;
        // a recursive type stays a definition too
        if !own.values().any(|definition| mentions(definition, &name)) {
            own.remove(&name);
        }
    }
    let path = format!(
        "#/{}",
        generator
            .settings()
            .definitions_path
            .trim_start_matches('#')
            .trim_matches('/')
    );
    // under a name that another type has, ours gets another: the same one whenever it comes again
    let free =
        |generator: &SchemaGenerator, name: &str, renamed: &Map<String, Value>, body: &Value| {
            let mut candidate = name.to_owned();
            let mut number = 2;
            while generator
                .definitions()
                .get(&candidate)
                .is_some_and(|known| *known != refer(body, &path, renamed))
            {
                candidate = format!("{name}_{number}");
                number += 1;
            }
            candidate
        };
    let mut renamed = Map::new();
    for (name, body) in &own {
        let candidate = free(generator, name, &renamed, body);
        renamed.insert(name.clone(), Value::from(candidate));
    }
    for (name, body) in &own {
        let Some(candidate) = renamed.get(name).and_then(Value::as_str) else {
            continue;
        };
        let body = refer(body, &path, &renamed);
        generator
            .definitions_mut()
            .entry(candidate.to_owned())
            .or_insert(body);
    }
    ::schemars::Schema::try_from(refer(&Value::Object(root), &path, &renamed)).unwrap_or_default()
}

fn target(schema: &Map<String, Value>) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => {
            target(members) == Some(name) || members.values().any(|inner| mentions(inner, name))
        }
        Value::Array(items) => items.iter().any(|inner| mentions(inner, name)),
        _ => false,
    }
}

/// A schema with references to where the generator keeps definitions, under their names there.
fn refer(value: &Value, path: &str, renamed: &Map<String, Value>) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Map<String, Value> = members
                .iter()
                .map(|(key, inner)| (key.clone(), refer(inner, path, renamed)))
                .collect();
            if let Some(name) = target(&members) {
                let name = renamed.get(name).and_then(Value::as_str).unwrap_or(name);
                let reference = format!("{path}/{name}");
                members.insert("$ref".to_owned(), Value::from(reference));
            }
            Value::Object(members)
        }
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|inner| refer(inner, path, renamed))
                .collect(),
        ),
        other => other.clone(),
    }
}
