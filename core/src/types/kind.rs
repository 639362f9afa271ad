//! Which of DSPy's types a schema is.
use crate::{
    adapter::framing,
    schema::{Body, Named, Schema, definitions::equal_bytes},
};

/// DSPy's types that are records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Image = 1,
    Audio,
    File,
    Document,
    Citations,
    Citation,
    History,
    Tool,
    ToolCalls,
    ToolCall,
    ToolCallResults,
    ToolCallResult,
    Noul,
    Choice,
    Score,
}

/// `dspy`, the upper half of the identity of each of these types. A type of a user is told apart by its
/// name too, so that no hash can turn it into one of them.
const MARK: u64 = 0x6473_7079 << 32;

/// The identity of a type. `variant` tells apart decisions with different criteria.
pub(crate) const fn id(kind: Kind, variant: u64) -> u64 {
    MARK | (kind as u64) << 24 | (variant & 0x00ff_ffff)
}

const ALL: [(Kind, &str); 15] = [
    (Kind::Image, "Image"),
    (Kind::Audio, "Audio"),
    (Kind::File, "File"),
    (Kind::Document, "Document"),
    (Kind::Citations, "Citations"),
    (Kind::Citation, "Citation"),
    (Kind::History, "History"),
    (Kind::Tool, "Tool"),
    (Kind::ToolCalls, "ToolCalls"),
    (Kind::ToolCall, "ToolCall"),
    (Kind::ToolCallResults, "ToolCallResults"),
    (Kind::ToolCallResult, "ToolCallResult"),
    (Kind::Noul, "Noul"),
    (Kind::Choice, "Choice"),
    (Kind::Score, "Score"),
];

impl Kind {
    /// Which of DSPy's types this is, if it is one.
    pub(crate) const fn of(named: &Named) -> Option<Kind> {
        if named.id >> 32 != MARK >> 32 {
            return None;
        }
        let mut at = 0;
        while at < ALL.len() {
            let (kind, name) = ALL[at];
            if (named.id >> 24) & 0xff == kind as u64 && begins(named.name.get(), name) {
                return Some(kind);
            }
            at += 1;
        }
        None
    }
    /// Which of DSPy's types a schema is, below bounds.
    pub(crate) const fn of_schema(schema: &Schema) -> Option<Kind> {
        match schema.shape() {
            Schema::Named(named) => Kind::of(named),
            _ => None,
        }
    }
    /// Whether pydantic refuses members that the type does not have, and says so in its schema.
    pub(crate) const fn is_closed(self) -> bool {
        matches!(
            self,
            Kind::Image
                | Kind::Audio
                | Kind::File
                | Kind::History
                | Kind::Noul
                | Kind::Choice
                | Kind::Score
        )
    }
    /// What DSPy says of the type below the description of a field; empty for most.
    pub(crate) const fn description(named: &Named) -> &str {
        match Kind::of(named) {
            Some(Kind::Document) => framing::DOCUMENT,
            Some(Kind::Citations) => framing::CITATIONS,
            Some(Kind::ToolCalls) => framing::TOOL_CALLS,
            Some(Kind::Noul | Kind::Choice | Kind::Score) => named.definition.get().doc.get(),
            _ => "",
        }
    }
    /// What pydantic says of a type in its schema: what DSPy's class says of itself. A type of a user has
    /// its own description.
    pub(crate) const fn schema_doc(named: &Named) -> &str {
        match Kind::of(named) {
            None | Some(Kind::Noul | Kind::Choice) => named.definition.get().doc.get(),
            Some(Kind::Citations) => framing::CITATIONS_DOC,
            Some(Kind::Citation) => framing::CITATION_DOC,
            Some(_) => "",
        }
    }
    /// Whether values are sent as content blocks.
    pub(crate) const fn is_block(self) -> bool {
        matches!(
            self,
            Kind::Image | Kind::Audio | Kind::File | Kind::Document | Kind::Citations
        )
    }
}

/// Whether a name is the type's, with parameters or without.
const fn begins(name: &str, word: &str) -> bool {
    let (name, word) = (name.as_bytes(), word.as_bytes());
    if name.len() < word.len() {
        return false;
    }
    let (begin, rest) = name.split_at(word.len());
    (rest.is_empty() || rest[0] == b'[') && equal_bytes(begin, word)
}

/// Whether values of a schema may hold values of DSPy's types: then they are written with the schema at
/// hand. Types met before are not entered again; beyond a number of them the answer is yes, which costs
/// time and nothing else.
#[inline]
pub(crate) fn mentioned(schema: &Schema) -> bool {
    // most fields are text or lists of it, which must not cost anything
    let mut schema = schema;
    loop {
        match schema {
            Schema::List(item)
            | Schema::Set(item)
            | Schema::Optional(item)
            | Schema::Constrained(item, _)
            | Schema::Map(_, item) => schema = item.get(),
            Schema::Text
            | Schema::Character
            | Schema::Boolean
            | Schema::Integer(_)
            | Schema::Number(_)
            | Schema::Null
            | Schema::Any
            | Schema::Formatted(_)
            | Schema::Literal(_) => return false,
            _ => return searched(schema),
        }
    }
}

#[inline(never)]
fn searched(schema: &Schema) -> bool {
    let mut seen = Seen {
        ids: [0; 32],
        len: 0,
    };
    seen.find(schema)
}

struct Seen {
    ids: [u64; 32],
    len: usize,
}

impl Seen {
    fn find(&mut self, schema: &Schema) -> bool {
        match schema {
            Schema::List(item)
            | Schema::Set(item)
            | Schema::Array(item, _)
            | Schema::Optional(item)
            | Schema::Constrained(item, _)
            | Schema::Printed(item, _)
            | Schema::Map(_, item) => self.find(item.get()),
            Schema::Tuple(items) | Schema::Union(items) => {
                items.get().iter().any(|item| self.find(item.get()))
            }
            Schema::Named(named) => {
                if Kind::of(named).is_some() {
                    return true;
                }
                if self.ids[..self.len].contains(&named.id) {
                    return false;
                }
                if self.len == self.ids.len() {
                    return true;
                }
                self.ids[self.len] = named.id;
                self.len += 1;
                match named.body() {
                    Body::Record(fields) => fields
                        .get()
                        .iter()
                        .any(|field| self.find(field.schema.get())),
                    Body::Variants(variants) => variants
                        .get()
                        .iter()
                        .filter_map(|variant| variant.data.as_ref())
                        .any(|data| self.find(data.get())),
                    Body::Words(_) => false,
                }
            }
            Schema::Inline(definition) => match &definition.get().body {
                Body::Record(fields) => fields
                    .get()
                    .iter()
                    .any(|field| self.find(field.schema.get())),
                _ => false,
            },
            _ => false,
        }
    }
}
