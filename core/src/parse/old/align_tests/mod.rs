//! What each kind of value forgives, and what it says of what it does not.
mod nested;
mod scalars;

use super::align::{Context, field};
use crate::{
    InputField,
    constant::Ref,
    schema::{Body, Definition, FieldDef, Named, Schema, Variant},
};
use serde_json::Value;

/// A value in the form of a schema, or its faults as `path: expected`.
fn aligned(schema: Ref<Schema>, value: Value) -> Result<Value, Vec<String>> {
    aligned_field(&FieldDef::new(Ref::new("out"), schema), value)
}

fn aligned_field(definition: &FieldDef, value: Value) -> Result<Value, Vec<String>> {
    let mut faults = Vec::new();
    let value = field(definition, value, Context::new(&mut faults, "out"));
    if faults.is_empty() {
        return Ok(value);
    }
    let shown = |fault: &crate::Fault| format!("{}: {}", fault.path, fault.expected);
    Err(faults.iter().map(shown).collect())
}

fn of<T: InputField>() -> Ref<Schema> {
    T::SCHEMA
}

fn made(schema: Schema) -> Ref<Schema> {
    Ref::shared(std::sync::Arc::new(schema))
}

/// Each value with the form it gets.
fn reads(schema: &Ref<Schema>, cases: &[(Value, Value)]) {
    for (value, expected) in cases {
        let found = aligned(schema.clone(), value.clone());
        assert_eq!(found.as_ref(), Ok(expected), "{value} as {schema:?}");
    }
}

/// Values that do not fit, all with this fault.
fn refuses(schema: &Ref<Schema>, values: &[Value], fault: &str) {
    for value in values {
        let found = aligned(schema.clone(), value.clone());
        assert_eq!(found, Err(vec![fault.to_owned()]), "{value} as {schema:?}");
    }
}

fn word(name: &'static str) -> Variant {
    Variant {
        name: Ref::new(name),
        value: None,
        doc: Ref::new(""),
        data: None,
    }
}

fn named(body: Body) -> Ref<Schema> {
    made(Schema::Named(Named {
        name: Ref::new("Thing"),
        arguments: Ref::new(&[]),
        id: 1,
        definition: Ref::shared(std::sync::Arc::new(Definition {
            doc: Ref::new(""),
            body,
        })),
    }))
}
