//! What DSPy says of a field besides its name and description.
use crate::schema::{FieldDef, python_text, words_text};
use sigflow_grammar::infer_prefix;

/// DSPy's label of a field that has none of its own.
pub(crate) fn default_prefix(name: &str) -> String {
    format!("{}:", infer_prefix(name))
}

impl FieldDef {
    /// The name that DSPy prints for the type: `list[str]`.
    pub fn python_type(&self) -> String {
        python_text(self.schema.get())
    }
    /// The label that old DSPy prompts used, and saved states carry: `Search Query:` of `search_query`.
    pub fn prefix(&self) -> String {
        let own = self
            .dspy
            .as_ref()
            .and_then(|dspy| dspy.get().prefix.clone());
        own.unwrap_or_else(|| default_prefix(self.name.get()))
    }
    /// What the prompt says of its bounds.
    pub fn constraints_text(&self) -> Option<String> {
        let own = self
            .dspy
            .as_ref()
            .and_then(|dspy| dspy.get().constraints_text.clone());
        own.or_else(|| {
            let constraints = self.constraints.get();
            (!constraints.is_empty()).then(|| words_text(constraints))
        })
    }
    /// The field was written without a type.
    pub fn is_untyped(&self) -> bool {
        self.dspy.as_ref().is_some_and(|dspy| dspy.get().untyped)
    }
}
