//! DSPy's own types, as far as signatures and prompts of text know them.
use super::refs;
use crate::{adapter::framing, schema::Schema};
use sigflow_grammar::{Dspy, Type, python_name};

/// The schema of one of DSPy's types. Media, tools and histories have no shape yet but their name.
pub(super) fn schema(ty: &Dspy) -> Schema {
    match ty {
        // shown to the model as the text that is wanted back
        Dspy::Reasoning => Schema::Text,
        Dspy::Code { .. } => refs::printed(Schema::Text, &python_name(&Type::Dspy(ty.clone()))),
        other => refs::printed(Schema::Any, other.name()),
    }
}

/// The line that says what a type is.
pub(super) fn description(ty: &Type) -> Option<String> {
    match ty {
        Type::Dspy(Dspy::Code { language }) => {
            let language = language.as_deref().unwrap_or("python");
            let (name, fence) = (python_name(ty), language.to_lowercase());
            Some(format!(
                "{}{name}: {}{fence}{}{language}",
                framing::TYPE_DESCRIPTION,
                framing::CODE,
                framing::CODE_END
            ))
        }
        Type::Annotated { inner: item, .. }
        | Type::List { item, .. }
        | Type::Set { item, .. }
        | Type::FrozenSet { item, .. }
        | Type::TupleVariadic { item }
        | Type::Dict { value: item, .. } => description(item),
        Type::Union(items) | Type::Tuple { items, .. } => items.iter().find_map(description),
        _ => None,
    }
}
