//! What a value looks like: one tree for types the compiler knows and for types made at run time.
//!
//! A type's tree is a constant ([`InputField::SCHEMA`](crate::InputField::SCHEMA)), composed through
//! references, so that `Vec<Option<T>>` is a constant whenever `T`'s is. Renderers over the tree are
//! `const fn`s and serve both worlds: they cannot drift.
mod analysis;
mod constraint;
pub(crate) mod definitions;
pub(crate) mod leaf;
mod meaning;
mod python;
pub(crate) mod render;
mod spelled;

pub mod dialect;
pub mod json;

pub use analysis::Analysis;
pub use constraint::{Constraint, Limit};
pub(crate) use constraint::{words, words_text};
pub(crate) use definitions::Definitions;
pub use dialect::{Dialect, Fit, Refusal};
pub(crate) use leaf::leaf;
pub use meaning::{Category, Meaning};
pub(crate) use python::{python_name, python_note, python_text};
pub use render::{What, render};
pub use spelled::Spelled;

pub(crate) use constraint::meaning;

use crate::constant::Ref;
use std::sync::Arc;

/// What a value looks like.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Schema {
    /// Text.
    Text,
    /// One character.
    Character,
    /// `true` or `false`.
    Boolean,
    /// A whole number of a Rust type, by its name in JSON Schema (`int64`, `uint8`), or without a name: of any size.
    Integer(&'static str),
    /// A number: `double`, `float`, or without a name: of any precision.
    Number(&'static str),
    /// Nothing.
    Null,
    /// Anything.
    Any,
    /// Text or a number of a special form.
    Formatted(Format),
    /// Items of one kind, in order.
    List(Ref<Schema>),
    /// Items of one kind, each once.
    Set(Ref<Schema>),
    /// As many items as said.
    Array(Ref<Schema>, usize),
    /// Names and values of one kind. The first is the key's.
    Map(Ref<Schema>, Ref<Schema>),
    /// Items of these kinds, in this order.
    Tuple(Ref<[Ref<Schema>]>),
    /// A value or nothing.
    Optional(Ref<Schema>),
    /// One of these.
    Union(Ref<[Ref<Schema>]>),
    /// One of these values.
    Literal(Ref<[Literal]>),
    /// A value with bounds.
    Constrained(Ref<Schema>, Ref<[Constraint]>),
    /// A type with a name: a struct or an enum.
    Named(Named),
    /// A record without a name: the data of a variant.
    Inline(Ref<Definition>),
    /// A named type around here, by its identity: how generic recursive types and types made at run
    /// time refer to themselves.
    Recursion(u64),
    /// As in Python without parameters: `list`, `dict`, `set`, `frozenset`, `tuple`, `object`; or with
    /// another printed name than its shape has: `frozenset[int]`, `tuple[int, Ellipsis]`.
    Printed(Ref<Schema>, Ref<str>),
}

/// Values with a special text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A date and time: `2026-03-01T12:00:00Z`.
    DateTime,
    /// A date: `2026-03-01`.
    Date,
    /// A time of day: `12:00:00`.
    Time,
    /// A date and time without an offset: `2026-03-01T12:00:00`.
    LocalDateTime,
    /// A time of day without an offset: `12:00:00`.
    LocalTime,
    /// A date and time in a time zone: `2026-03-01T12:00:00+01:00[Europe/Paris]`.
    ZonedDateTime,
    /// A length of time: `PT90S`.
    Duration,
    /// A decimal number, as number or text.
    Decimal,
    /// A UUID.
    Uuid,
    /// An address of the internet, of either version: `192.0.2.1`, `2001:db8::1`.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// Bytes, as text.
    Bytes,
    /// A complex number, as text.
    Complex,
}

/// A value of a literal type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Literal {
    /// Text.
    Text(Ref<str>),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// Nothing.
    Null,
}

/// A type with a name.
///
/// Name and definition are apart, so that the name can be read while the definition is still being
/// evaluated: a recursive type mentions itself in its own definition.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name without type arguments: `Page`.
    pub name: Ref<str>,
    /// Type arguments: `Page<Person>` is printed as `Page_Person_`, as pydantic does.
    pub arguments: Ref<[Ref<Schema>]>,
    /// Tells apart types of the same name.
    pub id: u64,
    /// What it is.
    pub definition: Ref<Definition>,
}

/// By identity: a definition may contain itself.
impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.name == other.name
    }
}

/// What a named type is.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its description.
    pub doc: Ref<str>,
    /// Its shape.
    pub body: Body,
}

/// The shape of a named type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// Named fields.
    Record(Ref<[FieldDef]>),
    /// One of these words.
    Words(Ref<[Variant]>),
    /// One of these variants, some with data: an object with one member, its name being the variant's
    /// (serde's external tagging).
    Variants(Ref<[Variant]>),
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name in JSON.
    pub name: Ref<str>,
    /// The value in JSON if it is no text: an integer enum.
    pub value: Option<Literal>,
    /// Its description.
    pub doc: Ref<str>,
    /// Its data.
    pub data: Option<Ref<Schema>>,
    /// Other names by which a reply may call it.
    pub aliases: Ref<[Ref<str>]>,
}

/// A field of a signature or of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDef {
    /// Its name in prompt and JSON.
    pub name: Ref<str>,
    /// Other names by which a reply may call it.
    pub aliases: Ref<[Ref<str>]>,
    /// Its description.
    pub doc: Ref<str>,
    /// What its values look like.
    pub schema: Ref<Schema>,
    /// Bounds of its values.
    pub constraints: Ref<[Constraint]>,
    /// The value that stands for a missing one, as JSON.
    pub default: Option<Ref<str>>,
    /// Example values, as JSON.
    pub examples: Ref<[Ref<str>]>,
    /// What only DSPy's signatures carry.
    pub dspy: Option<Ref<DspyField>>,
    /// Its name and description in the pieces that constants are rendered from. Who changes one of them
    /// must take the pieces away.
    pub spelled: Option<Spelled>,
}

/// What a field carries only because DSPy's saved state and prompts do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DspyField {
    /// The label that old DSPy prompts used, kept in saved states.
    pub prefix: Option<String>,
    /// The constraints line, where DSPy says it in other words than our constraints would.
    pub constraints_text: Option<String>,
    /// A line below the description: what the type is.
    pub type_description: Option<String>,
    /// The field was written without a type.
    pub untyped: bool,
    /// The default is made anew for each value (a list, a map): pydantic's schemas do not show it.
    pub default_hidden: bool,
}

impl FieldDef {
    /// A field with a name and a type, and nothing else.
    pub const fn new(name: Ref<str>, schema: Ref<Schema>) -> Self {
        FieldDef {
            name,
            aliases: Ref::new(&[]),
            doc: Ref::new(""),
            schema,
            constraints: Ref::new(&[]),
            default: None,
            examples: Ref::new(&[]),
            dspy: None,
            spelled: None,
        }
    }
    /// A reply may leave the field out.
    pub const fn is_optional(&self) -> bool {
        self.default.is_some() || matches!(self.schema.get().shape(), Schema::Optional(_))
    }
}

impl Schema {
    /// A schema with bounds, made at run time.
    pub fn bounded(schema: Schema, bounds: impl IntoIterator<Item = Constraint>) -> Schema {
        let bounds: Vec<Constraint> = bounds.into_iter().collect();
        Schema::Constrained(Ref::shared(Arc::new(schema)), Ref::shared(bounds.into()))
    }
    /// What the values mean beyond their form, if the schema says; not what their parts mean.
    pub const fn meaning(&self) -> Option<&'static Meaning> {
        let mut schema = self;
        while let Schema::Constrained(inner, bounds) = schema {
            let found = meaning(bounds.get());
            if found.is_some() {
                return found;
            }
            schema = inner.get();
        }
        None
    }
    /// The schema below bounds and printed names.
    pub const fn shape(&self) -> &Schema {
        let mut schema = self;
        while let Schema::Constrained(inner, _) | Schema::Printed(inner, _) = schema {
            schema = inner.get();
        }
        schema
    }
}

impl Named {
    /// What the type is.
    pub const fn body(&self) -> &Body {
        &self.definition.get().body
    }
}
