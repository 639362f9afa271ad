//! Words: of enums and literals, however a model spells them, and for people in faults.
use crate::schema::{Body, Literal, Schema, Variant};
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

/// The same word, case, quotes and the blanks around it aside.
pub(super) fn same_word(word: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let text = text.trim().trim_matches(['"', '\'', '`', '.', '*']);
            text.eq_ignore_ascii_case(word) || normal(text) == normal(word)
        }
        Value::Number(number) => number.to_string() == word,
        Value::Bool(value) => word.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
        Value::Null => word.eq_ignore_ascii_case("null"),
        _ => false,
    }
}

/// Letters and digits only, in lower case: `In progress` and `in_progress` are one word.
pub(super) fn normal(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The variant that a word means: exactly, else the only one that is the same word.
pub(super) fn variant<'v>(variants: &'v [Variant], word: &Value) -> Option<&'v Variant> {
    let spelled = |variant: &Variant| match &variant.value {
        Some(value) => literal_text(value),
        None => variant.name.get().to_owned(),
    };
    if let Some(exact) = variants
        .iter()
        .find(|variant| word.as_str() == Some(&*spelled(variant)))
    {
        return Some(exact);
    }
    let mut same = variants.iter().filter(|variant| {
        same_word(&spelled(variant), word) || same_word(variant.name.get(), word)
    });
    let first = same.next()?;
    same.next().is_none().then_some(first)
}
