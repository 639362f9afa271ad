//! What a model thinks before it answers.
use super::record::serde_traits;
use crate::{
    Field, InputField, View, constant::Ref, error::Fault, field::mismatch, schema::Schema,
    stream::Grown,
};
use serde_json::Value;
use std::{fmt, ops::Deref};

/// How a model came to its answer: text, and shown as text.
///
/// ```
/// use sigflow_core::types::Reasoning;
///
/// let thought = Reasoning::from("First, the units.");
/// assert!(thought.starts_with("First"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasoning {
    /// The words.
    pub content: String,
}

impl InputField for Reasoning {
    // text that DSPy does not take for `str`: its reminders mention the type
    const SCHEMA: Ref<Schema> =
        Ref::new(const { &Schema::Printed(Ref::new(&Schema::Text), Ref::new("str")) });
    fn view(&self) -> View<'_> {
        View::Text(&self.content)
    }
}
impl Field for Reasoning {
    fn from_value(value: Value) -> Result<Self, Fault> {
        match value {
            Value::String(content) => Ok(Reasoning { content }),
            Value::Object(mut members) => match members.swap_remove("content") {
                Some(Value::String(content)) => Ok(Reasoning { content }),
                _ => Err(mismatch("text", &Value::Object(members))),
            },
            other => Err(mismatch("text", &other)),
        }
    }
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        if let Grown::Text(text) = more {
            so_far.get_or_insert_default().content.push_str(text);
        }
    }
}
serde_traits!(Reasoning);

/// Whether a schema is that of a [`Reasoning`]: text that is shown as `str` and is not `str`.
pub(crate) fn is_reasoning(schema: &Schema) -> bool {
    let mut schema = schema;
    while let Schema::Constrained(inner, _) = schema {
        schema = inner.get();
    }
    matches!(schema, Schema::Printed(inner, name)
        if name.get() == "str" && matches!(inner.get(), Schema::Text))
}

impl Deref for Reasoning {
    type Target = str;
    fn deref(&self) -> &str {
        &self.content
    }
}
impl fmt::Display for Reasoning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.content)
    }
}
impl From<String> for Reasoning {
    fn from(content: String) -> Self {
        Reasoning { content }
    }
}
impl From<&str> for Reasoning {
    fn from(content: &str) -> Self {
        Reasoning {
            content: content.to_owned(),
        }
    }
}
