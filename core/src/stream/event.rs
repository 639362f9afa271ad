//! What happens while a reply arrives.

/// What happened to one output.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<K> {
    /// Which output: a variant of the enum that `signature!` makes, `GroundedAnswerField::Answer`; of a
    /// signature made at run time its name.
    pub field: K,
    /// What happened to it.
    pub what: FieldEvent,
}

/// What happened to an output.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldEvent {
    /// It begins.
    Started,
    /// More of it came: of a text as the text goes on, of anything else as the reply spells it. All of
    /// them together are the whole output.
    Delta(String),
    /// It is complete, and its bounds hold.
    Finished,
    /// What came of it is void: the request failed on its way, and another begins the reply anew. Only where a
    /// layer around the model asks again.
    Restarted,
}
