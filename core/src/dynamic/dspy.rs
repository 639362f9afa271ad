//! DSPy's own types in signatures made at run time.
use super::refs;
use crate::{
    InputField,
    schema::Schema,
    types::{
        Audio, Citations, Document, File, History, Image, Reasoning, Tool, ToolCallResults,
        ToolCalls,
    },
};
use sigflow_grammar::{Dspy, Type, python_name};

/// The schema of one of DSPy's types.
pub(super) fn schema(ty: &Dspy) -> Schema {
    let of = |schema: &Schema| schema.clone();
    match ty {
        Dspy::Image => of(&Image::SCHEMA),
        Dspy::Audio => of(&Audio::SCHEMA),
        Dspy::File => of(&File::SCHEMA),
        Dspy::Document => of(&Document::SCHEMA),
        Dspy::Citations => of(&Citations::SCHEMA),
        Dspy::History => of(&History::SCHEMA),
        Dspy::Tool => of(&Tool::SCHEMA),
        Dspy::ToolCalls => of(&ToolCalls::SCHEMA),
        Dspy::ToolCallResults => of(&ToolCallResults::SCHEMA),
        // shown to the model as the text that is wanted back
        Dspy::Reasoning => of(&Reasoning::SCHEMA),
        Dspy::Code { .. } => refs::printed(Schema::Text, &python_name(&Type::Dspy(ty.clone()))),
    }
}
