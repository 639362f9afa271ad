//! Rows of the tables that expansions hold.
use crate::{
    Field, InputField, Reader, SignatureDef, View,
    constant::Ref,
    error::Fault,
    parse::{OneFault, Values},
    schema::{Constraint, FieldDef, Limit, Schema, Spelled, Variant},
    stream::{Part, Slot},
};
use serde_json::Value;

/// What a row may have besides name, description and type.
pub struct Extra {
    /// Bounds.
    pub constraints: &'static [Constraint],
    /// What stands for a missing value, as JSON.
    pub default: Option<&'static str>,
    /// Example values, as JSON.
    pub examples: &'static [Ref<str>],
    /// Other names that a reply may have.
    pub aliases: &'static [Ref<str>],
}

/// Nothing besides.
const PLAIN: Extra = Extra {
    constraints: &[],
    default: None,
    examples: &[],
    aliases: &[],
};

/// What an expansion does with a field's type.
///
/// The trait bound is asked by [`input`] and [`output`] alone. So a type that is no field breaks that one
/// bound wherever the expansion mentions it, on the user's token and in the same words, and rustc prints
/// equal errors once. Methods with bounds of their own made three errors out of each.
pub struct Of<T, N> {
    pub(super) schema: &'static Ref<Schema>,
    view: for<'v> fn(&'v T) -> View<'v>,
    read: N,
}

/// How a `T` is read.
pub struct Read<T> {
    value: fn(Value) -> Result<T, Fault>,
    at: fn(&mut Reader<'_>) -> Result<T, Fault>,
    next: fn(&mut Values<'_, '_>) -> Result<T, OneFault>,
    part: fn(&mut Part<T>) -> &mut dyn Slot,
}

/// A type that can be written.
pub const fn input<T: InputField>() -> Of<T, ()> {
    Of {
        schema: const { &T::SCHEMA },
        view: T::view,
        read: (),
    }
}

/// A type that can be written and read back.
pub const fn output<T: Field>() -> Of<T, Read<T>> {
    Of {
        schema: const { &T::SCHEMA },
        view: T::view,
        read: Read {
            value: T::from_value,
            at: T::read,
            next: |values| values.next(),
            part: |part| part,
        },
    }
}

impl<T, N> Of<T, N> {
    /// The schema of the type.
    pub const fn schema(&self) -> Ref<Schema> {
        Ref::new(self.schema.get())
    }
    /// A row of a table: name, description, and both in the pieces that [`__spelled`](crate::__spelled)
    /// joins, or nothing.
    pub const fn row(
        &self,
        name: &'static str,
        doc: &'static str,
        spelled: &'static str,
    ) -> FieldDef {
        self.made(name, doc, Spelled::new(spelled, name, doc, true), PLAIN)
    }
    /// A row with bounds.
    pub const fn bound(
        &self,
        name: &'static str,
        doc: &'static str,
        spelled: &'static str,
        constraints: &'static [Constraint],
    ) -> FieldDef {
        let extra = Extra {
            constraints,
            default: None,
            examples: &[],
            aliases: &[],
        };
        self.full(name, doc, spelled, extra)
    }
    /// A row with all there may be.
    pub const fn full(
        &self,
        name: &'static str,
        doc: &'static str,
        spelled: &'static str,
        extra: Extra,
    ) -> FieldDef {
        self.made(name, doc, Spelled::new(spelled, name, doc, false), extra)
    }
    const fn made(
        &self,
        name: &'static str,
        doc: &'static str,
        spelled: Option<Spelled>,
        extra: Extra,
    ) -> FieldDef {
        FieldDef {
            name: Ref::new(name),
            aliases: Ref::new(extra.aliases),
            doc: Ref::new(doc),
            schema: self.schema(),
            constraints: Ref::new(extra.constraints),
            default: match extra.default {
                Some(json) => Some(Ref::new(json)),
                None => None,
            },
            examples: Ref::new(extra.examples),
            dspy: None,
            spelled,
        }
    }
    /// A value, to be written.
    #[inline]
    pub fn view<'v>(&self, value: &'v T) -> View<'v> {
        (self.view)(value)
    }
}

impl<T> Of<T, Read<T>> {
    /// Reads a value.
    ///
    /// # Errors
    /// A fault if it is not of this type.
    #[inline]
    pub fn read(&self, value: Value) -> Result<T, Fault> {
        (self.read.value)(value)
    }
    /// Reads the value that a reader stands at.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[inline]
    pub fn at(&self, reader: &mut Reader<'_>) -> Result<T, Fault> {
        (self.read.at)(reader)
    }
    /// Reads the next of some values.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[inline]
    pub fn next(&self, values: &mut Values<'_, '_>) -> Result<T, OneFault> {
        (self.read.next)(values)
    }
    /// The place of an output that is arriving.
    pub fn part<'p>(&self, part: &'p mut Part<T>) -> &'p mut dyn Slot {
        (self.read.part)(part)
    }
    /// Reads the data of a variant; a fault says of which.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn inside(&self, variant: &str, data: Value) -> Result<T, Fault> {
        self.read(data).map_err(|fault| fault.within(variant))
    }
}

/// The tables of a signature.
pub const fn definition(
    name: &'static str,
    instructions: &'static str,
    inputs: &'static [FieldDef],
    outputs: &'static [FieldDef],
) -> SignatureDef {
    SignatureDef {
        name: Ref::new(name),
        instructions: Ref::new(instructions),
        inputs: Ref::new(inputs),
        outputs: Ref::new(outputs),
    }
}

/// A bound of a number: `ge`, `gt`, `le`, `lt` and `multiple_of`.
macro_rules! bounds {
    ($($name:ident $variant:ident;)*) => { $(
        /// The bound of this name: its value, and its digits as the author wrote them.
        pub const fn $name(value: f64, digits: &'static str) -> Constraint {
            Constraint::$variant(Limit::new(value, Ref::new(digits)))
        }
    )* };
}
bounds! { ge Ge; gt Gt; le Le; lt Lt; multiple_of MultipleOf; }

/// A pattern that text must match.
pub const fn pattern(expression: &'static str) -> Constraint {
    Constraint::Pattern(Ref::new(expression))
}

/// A row for a variant without data.
pub const fn word(name: &'static str, doc: &'static str) -> Variant {
    word_also(name, doc, &[])
}

/// A row for a variant without data that a reply may call by other names too.
pub const fn word_also(
    name: &'static str,
    doc: &'static str,
    aliases: &'static [Ref<str>],
) -> Variant {
    Variant {
        name: Ref::new(name),
        value: None,
        doc: Ref::new(doc),
        data: None,
        aliases: Ref::new(aliases),
    }
}

/// A row for a variant with data.
pub const fn variant(name: &'static str, doc: &'static str, data: Ref<Schema>) -> Variant {
    variant_also(name, doc, data, &[])
}

/// A row for a variant with data that a reply may call by other names too.
pub const fn variant_also(
    name: &'static str,
    doc: &'static str,
    data: Ref<Schema>,
    aliases: &'static [Ref<str>],
) -> Variant {
    Variant {
        name: Ref::new(name),
        value: None,
        doc: Ref::new(doc),
        data: Some(data),
        aliases: Ref::new(aliases),
    }
}

/// The identity of a type: FNV-1a over where it stands.
pub const fn identity(place: &str) -> u64 {
    mix(0xcbf2_9ce4_8422_2325, place.as_bytes())
}

const fn mix(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// The identity of a type with these arguments.
pub const fn instance(base: u64, arguments: &[Ref<Schema>]) -> u64 {
    let (mut hash, mut at) = (base, 0);
    while at < arguments.len() {
        hash = mix(hash, &shape(arguments[at].get()).to_le_bytes());
        at += 1;
    }
    hash
}

/// Tells schemas apart. Named types answer with their identity, so this ends on cycles.
const fn shape(schema: &Schema) -> u64 {
    let (tag, inner) = match schema {
        Schema::Text => (1, 0),
        Schema::Boolean => (2, 0),
        Schema::Integer(name) => (3, identity(name)),
        Schema::Number(name) => (4, identity(name)),
        Schema::List(item) => (5, shape(item.get())),
        Schema::Set(item) => (6, shape(item.get())),
        Schema::Array(item, len) => (7 + ((*len as u64) << 8), shape(item.get())),
        Schema::Map(key, value) => (8, shape(key.get()) ^ shape(value.get()).rotate_left(17)),
        Schema::Optional(item) => (9, shape(item.get())),
        Schema::Tuple(items) | Schema::Union(items) => (10, instance(11, items.get())),
        Schema::Constrained(item, _) | Schema::Printed(item, _) => (12, shape(item.get())),
        Schema::Named(named) => (13, named.id),
        Schema::Recursion(id) => (13, *id),
        Schema::Character => (14, 0),
        _ => (15, 0),
    };
    mix(
        mix(0xcbf2_9ce4_8422_2325, &u64::to_le_bytes(tag)),
        &u64::to_le_bytes(inner),
    )
}

/// The text of an included file without the blanks around it.
pub const fn trim(text: &'static str) -> &'static str {
    let bytes = text.as_bytes().trim_ascii();
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => text,
    }
}
