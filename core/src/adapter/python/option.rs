//! Which of the types that a schema allows a value is of, and by what name Python knows it.
use crate::schema::{Body, Literal, Named, Schema};
use serde_json::Value;

/// The option of an optional or a union that a value is of.
pub(crate) fn option<'a>(schema: &'a Schema, value: &Value) -> &'a Schema {
    match schema.shape() {
        Schema::Optional(_) if value.is_null() => &Schema::Null,
        Schema::Optional(inner) => option(inner.get(), value),
        Schema::Union(options) => options
            .get()
            .iter()
            .find(|schema| fits(schema.get(), value))
            .map_or(&Schema::Any, |schema| option(schema.get(), value)),
        _ => schema,
    }
}

/// The name of an enum's member that has this value, and whether it is an integer in its own right. An
/// enum of words is no Python enum: its word says all.
pub(super) fn member_name<'a>(named: &'a Named, value: &Value) -> Option<(&'a str, bool)> {
    let Body::Words(variants) = named.body() else {
        return None;
    };
    let variants = variants.get();
    let found = variants.iter().find(|variant| match &variant.value {
        None => value.as_str() == Some(variant.name.get()),
        Some(Literal::Text(text)) => value.as_str() == Some(text.get()),
        Some(Literal::Integer(number)) => value.as_i64() == Some(*number),
        Some(Literal::Boolean(flag)) => value.as_bool() == Some(*flag),
        Some(Literal::Null) => value.is_null(),
    })?;
    variants
        .iter()
        .any(|variant| variant.value.is_some())
        .then_some((found.name.get(), false))
}

/// The name of a code type, whose values are models in Python.
pub(super) fn code(schema: &Schema) -> Option<&str> {
    match schema {
        Schema::Printed(inner, name) if matches!(inner.get(), Schema::Text) => {
            crate::adapter::about::language(name.get()).map(|_| name.get())
        }
        _ => None,
    }
}

/// Whether a value looks like one of a schema, its members' names being all that is asked of an object.
fn fits(schema: &Schema, value: &Value) -> bool {
    match (schema.shape(), value) {
        (Schema::Optional(inner), _) => value.is_null() || fits(inner.get(), value),
        (Schema::Union(options), _) => options.get().iter().any(|schema| fits(schema.get(), value)),
        (Schema::Any, _) | (Schema::Null, Value::Null) | (Schema::Boolean, Value::Bool(_)) => true,
        (Schema::Integer(_), Value::Number(number)) => !number.is_f64(),
        (Schema::Number(_), Value::Number(_)) => true,
        (Schema::Text | Schema::Character | Schema::Formatted(_), Value::String(_)) => true,
        (Schema::Literal(_), Value::String(_) | Value::Number(_) | Value::Bool(_)) => true,
        (Schema::Named(named), Value::Object(members)) => match named.body() {
            Body::Record(fields) => fields
                .get()
                .iter()
                .all(|field| field.is_optional() || members.contains_key(field.name.get())),
            _ => true,
        },
        (Schema::Named(named), _) => {
            member_name(named, value).is_some() || matches!(named.body(), Body::Words(_))
        }
        (Schema::Map(..) | Schema::Inline(_), Value::Object(_)) => true,
        (
            Schema::List(_) | Schema::Set(_) | Schema::Array(..) | Schema::Tuple(_),
            Value::Array(_),
        ) => true,
        _ => false,
    }
}
