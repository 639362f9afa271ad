//! What a schema expects, in words for people.
use crate::schema::{Body, Literal, Schema};
use serde_json::Value;

/// What a schema expects, in words.
pub(crate) fn expected(schema: &Schema) -> String {
    match schema {
        Schema::Text => "text".into(),
        Schema::Character => "one character".into(),
        Schema::Boolean => "true or false".into(),
        Schema::Integer(_) => "an integer".into(),
        Schema::Number(_) => "a number".into(),
        Schema::Null => "null".into(),
        Schema::Any => "a value".into(),
        Schema::Formatted(format) => format.words().into(),
        Schema::List(_) | Schema::Set(_) => "a list".into(),
        Schema::Array(_, len) => format!("a list of {len}"),
        Schema::Tuple(items) => format!("a list of {}", items.len()),
        Schema::Map(..) => "an object".into(),
        Schema::Optional(inner) => format!("{} or null", expected(inner)),
        Schema::Union(options) => options
            .iter()
            .map(|option| expected(option))
            .collect::<Vec<_>>()
            .join(" or "),
        Schema::Literal(values) => one_of(values.iter().map(literal_text)),
        Schema::Constrained(inner, _) | Schema::Printed(inner, _) => expected(inner),
        Schema::Named(named) => match named.body() {
            Body::Record(_) => format!("an object `{}`", named.name.get()),
            Body::Words(variants) | Body::Variants(variants) => {
                one_of(variants.iter().map(|variant| variant.name.get().to_owned()))
            }
        },
        Schema::Inline(_) | Schema::Recursion(_) => "an object".into(),
    }
}

fn one_of(words: impl Iterator<Item = String>) -> String {
    format!(
        "one of {}",
        words
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ")
    )
}

pub(super) fn literal_text(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.get().to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Null => "null".into(),
    }
}

pub(super) fn literal_value(value: &Literal) -> Value {
    match value {
        Literal::Text(text) => Value::from(text.get()),
        Literal::Integer(number) => Value::from(*number),
        Literal::Boolean(value) => Value::from(*value),
        Literal::Null => Value::Null,
    }
}
