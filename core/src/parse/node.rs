//! What stands in a text, before it is known what it shall be.
use serde_json::Value;
use std::borrow::Cow;

/// A value as it was written, and where. It borrows the text wherever nothing had to be changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The text ended before the value did.
    pub(super) open: bool,
    /// It is text in which nothing has to be escaped.
    pub(super) plain: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'t> {
    /// A name without a value.
    Nothing,
    Null,
    Bool(bool),
    /// A number's digits, kept until it is known what they shall be.
    Number(Cow<'t, str>),
    /// Text in quotes.
    Text(Cow<'t, str>),
    /// Text without quotes.
    Bare(Cow<'t, str>),
    List(Vec<Node<'t>>),
    Object(Vec<Member<'t>>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) value: Node<'t>,
}

impl<'t> Node<'t> {
    pub(super) fn new(kind: Kind<'t>, start: usize, end: usize) -> Self {
        Node {
            kind,
            start: cut(start),
            end: cut(end),
            open: false,
            plain: false,
        }
    }
    pub(super) fn span(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
    /// The text of a value that is text, in quotes or not.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) | Kind::Bare(text) => Some(text),
            _ => None,
        }
    }
    pub(super) fn is_composite(&self) -> bool {
        matches!(self.kind, Kind::List(_) | Kind::Object(_))
    }

    /// A value that came as JSON.
    pub(super) fn of(value: &'t Value) -> Self {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(value) => Kind::Bool(*value),
            Value::Number(number) => Kind::Number(Cow::Owned(number.to_string())),
            Value::String(text) => Kind::Text(Cow::Borrowed(text)),
            Value::Array(items) => Kind::List(items.iter().map(Node::of).collect()),
            Value::Object(members) => Kind::Object(
                members
                    .iter()
                    .map(|(name, value)| Member {
                        name: Cow::Borrowed(name),
                        value: Node::of(value),
                    })
                    .collect(),
            ),
        };
        Node::new(kind, 0, 0)
    }
}

/// Positions are kept in 32 bits; longer texts are refused before they are read.
#[allow(
    clippy::cast_possible_truncation,
    reason = "texts are shorter than `u32::MAX`"
)]
fn cut(at: usize) -> u32 {
    at.min(u32::MAX as usize) as u32
}
