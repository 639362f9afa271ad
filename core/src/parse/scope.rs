//! What a schema says about a place while its text is being read: which names an object may have, and
//! what is expected next.
use super::fold::same;
use crate::schema::{Body, FieldDef, Named, Schema, Variant};
use std::cell::RefCell;

/// Finds named types by their identity, for [`Schema::Recursion`].
#[derive(Default)]
pub(super) struct Scope<'s>(RefCell<Vec<(u64, &'s Schema)>>);

/// The names that an object may have.
#[derive(Clone, Default)]
pub(super) struct Names<'s> {
    /// Those of the first record, which mostly is the only one.
    record: &'s [FieldDef],
    /// Those of further ones.
    records: Vec<&'s [FieldDef]>,
    variants: Vec<&'s [Variant]>,
    /// Any name may come.
    pub(super) open: bool,
    /// What the values of a map are.
    value: Option<&'s Schema>,
}

/// What kind of value is wanted, as far as it matters to how unquoted text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Nothing is known.
    Any,
    Text,
    Number,
    /// A list or an object.
    Composite,
    /// A word, a date, a truth value.
    Other,
}

impl<'s> Scope<'s> {
    /// The schema below bounds, printed names and references to types around it.
    pub(super) fn shape(&self, mut schema: &'s Schema) -> &'s Schema {
        loop {
            schema = match schema {
                Schema::Constrained(inner, _) | Schema::Printed(inner, _) => inner.get(),
                Schema::Recursion(id) => {
                    match self.0.borrow().iter().find(|(known, _)| known == id) {
                        Some((_, known)) => known,
                        None => return schema,
                    }
                }
                Schema::Named(named) => {
                    self.learn(named, schema);
                    return schema;
                }
                _ => return schema,
            }
        }
    }

    /// Remembers a named type, for what refers to it from inside.
    pub(super) fn learn(&self, named: &'s Named, schema: &'s Schema) {
        let mut known = self.0.borrow_mut();
        if !known.iter().any(|(id, _)| *id == named.id) {
            known.push((named.id, schema));
        }
    }

    pub(super) fn names(&self, schema: Option<&'s Schema>) -> Names<'s> {
        let mut names = Names::default();
        match schema {
            Some(schema) => self.collect(schema, &mut names, 0),
            None => names.open = true,
        }
        names
    }

    fn collect(&self, schema: &'s Schema, names: &mut Names<'s>, depth: usize) {
        match self.shape(schema) {
            Schema::Named(named) => match named.body() {
                Body::Record(fields) => names.add(fields.get()),
                Body::Variants(variants) => names.variants.push(variants.get()),
                Body::Words(_) => names.open |= depth == 0,
            },
            Schema::Inline(definition) => {
                if let Body::Record(fields) = &definition.get().body {
                    names.add(fields.get());
                }
            }
            Schema::Optional(inner)
            | Schema::List(inner)
            | Schema::Set(inner)
            | Schema::Array(inner, _)
                if depth < 8 =>
            {
                self.collect(inner.get(), names, depth + 1);
            }
            Schema::Union(options) if depth < 8 => {
                for option in options.get() {
                    self.collect(option.get(), names, depth + 1);
                }
            }
            Schema::Map(_, value) => {
                names.open = true;
                names.value = Some(value.get());
            }
            Schema::Any => names.open = true,
            // a value wrapped in an object has some name
            _ => names.open |= depth == 0,
        }
    }

    /// What the items of a list are.
    pub(super) fn item(&self, schema: Option<&'s Schema>) -> Option<&'s Schema> {
        self.item_of(schema?, 0)
    }
    fn item_of(&self, schema: &'s Schema, depth: usize) -> Option<&'s Schema> {
        match self.shape(schema) {
            Schema::List(item) | Schema::Set(item) | Schema::Array(item, _) => Some(item.get()),
            Schema::Optional(inner) if depth < 8 => self.item_of(inner.get(), depth + 1),
            Schema::Union(options) if depth < 8 => options
                .get()
                .iter()
                .find_map(|option| self.item_of(option.get(), depth + 1)),
            // a list of names and values
            Schema::Map(..) | Schema::Tuple(_) => None,
            // one value in a list
            other => (!matches!(other, Schema::Any)).then_some(schema),
        }
    }

    pub(super) fn want(&self, schema: Option<&'s Schema>) -> Want {
        schema.map_or(Want::Any, |schema| self.want_of(schema, 0))
    }
    fn want_of(&self, schema: &'s Schema, depth: usize) -> Want {
        match self.shape(schema) {
            Schema::Text => Want::Text,
            Schema::Integer(_) | Schema::Number(_) => Want::Number,
            Schema::Optional(inner) if depth < 8 => self.want_of(inner.get(), depth + 1),
            Schema::Union(options) if depth < 8 => {
                let mut wants = options
                    .get()
                    .iter()
                    .map(|option| self.want_of(option.get(), depth + 1))
                    .filter(|want| *want != Want::Other);
                let first = wants.next().unwrap_or(Want::Other);
                if wants.all(|want| want == first) {
                    first
                } else {
                    Want::Any
                }
            }
            Schema::Any | Schema::Recursion(_) => Want::Any,
            Schema::List(_)
            | Schema::Set(_)
            | Schema::Array(..)
            | Schema::Map(..)
            | Schema::Tuple(_)
            | Schema::Inline(_) => Want::Composite,
            Schema::Named(named) => match named.body() {
                Body::Record(_) => Want::Composite,
                Body::Words(_) | Body::Variants(_) => Want::Other,
            },
            _ => Want::Other,
        }
    }
}

impl<'s> Names<'s> {
    fn add(&mut self, fields: &'s [FieldDef]) {
        if self.record.is_empty() {
            self.record = fields;
        } else {
            self.records.push(fields);
        }
    }
    fn each(&self) -> impl Iterator<Item = &'s [FieldDef]> {
        std::iter::once(self.record).chain(self.records.iter().copied())
    }
    /// About how many members there will be.
    pub(super) fn expected(&self) -> usize {
        self.record.len().min(32)
    }
    /// No names are known.
    pub(super) fn fields_empty(&self) -> bool {
        self.record.is_empty() && self.records.is_empty() && self.variants.is_empty()
    }
    /// Whether the schema has a member of this name, in whatever spelling.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.each()
            .any(|fields| fields.iter().any(|field| is_named(field, name)))
            || self.variants.iter().any(|variants| {
                variants
                    .iter()
                    .any(|variant| same(variant.name.get(), name))
            })
    }
    /// What is expected behind a name that comes after so many others: they mostly come in order.
    pub(super) fn member_after(&self, count: usize, name: &str) -> Option<&'s Schema> {
        match self.record.get(count) {
            Some(field) if field.name.get() == name => Some(field.schema.get()),
            _ => self.member(name),
        }
    }
    /// What is expected behind a name.
    pub(super) fn member(&self, name: &str) -> Option<&'s Schema> {
        for fields in self.each() {
            if let Some(field) = fields
                .iter()
                .find(|field| field.name.get() == name)
                .or_else(|| fields.iter().find(|field| is_named(field, name)))
            {
                return Some(field.schema.get());
            }
        }
        for variants in &self.variants {
            if let Some(variant) = variants
                .iter()
                .find(|variant| same(variant.name.get(), name))
            {
                return variant.data.as_deref();
            }
        }
        self.value
    }
}

/// Whether a name means a field: exactly, by another name of its, or in another spelling.
pub(crate) fn is_named(field: &FieldDef, name: &str) -> bool {
    same(field.name.get(), name)
        || field
            .aliases
            .get()
            .iter()
            .any(|alias| same(alias.get(), name))
}
