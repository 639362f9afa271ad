//! What was said before.
use super::record::record;
use crate::{Record, View, signature::Ask};
use serde_json::Value;

/// A conversation so far: each message has values of the signature's own fields, by name. As an input it
/// becomes turns of the conversation: inputs are what the user said, outputs what the model answered.
///
/// ```
/// use sigflow_core::{Record, types::History};
///
/// let mut history = History::default();
/// history.push(Record::from_iter([("question", "Where is Paris?".into()), ("answer", "In France.".into())]));
/// assert_eq!(history.messages.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Oldest first.
    pub messages: Vec<Record>,
}

impl History {
    /// A conversation of these messages.
    pub fn new(messages: impl IntoIterator<Item = Record>) -> Self {
        History {
            messages: messages.into_iter().collect(),
        }
    }
    /// Adds a message.
    pub fn push(&mut self, message: Record) {
        self.messages.push(message);
    }
    /// Adds a question and the answer to it; the question's own history is left out.
    pub fn push_turn<S: Ask>(&mut self, question: &S, outputs: &impl crate::Members) {
        let def = question.def();
        let mut message = Record::default();
        question.each_input(&mut |index, view| {
            if let Some(field) = def.inputs().get(index)
                && super::kind::Kind::of_schema(field.schema.get())
                    != Some(super::kind::Kind::History)
            {
                message.set(field.name.get(), view.to_value());
            }
        });
        outputs.each(&mut |name, view: View<'_>| message.set(name, view.to_value()));
        self.push(message);
    }
}

record!(History: History, "The conversation so far.", |value| match value {
    Value::Array(messages) => serde_json::json!({"messages": messages}),
    other => other,
},
    messages "messages" None => Vec<Record>,
);
