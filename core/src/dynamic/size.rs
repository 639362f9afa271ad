//! How much memory a signature made at run time takes, about.
use super::{DynSignature, Shared, State};
use crate::{
    constant::Ref,
    schema::{Body, Constraint, Definition, DspyField, FieldDef, Literal, Schema, Variant},
};

/// Words of a prompt that are not the signature's.
const FRAME: usize = 600;
/// Counts of an `Arc`, and about what an allocation costs.
const SHARED: usize = 32;

impl DynSignature {
    /// Its definition, and its prompts: those that were rendered, or about what the first will take.
    pub(super) fn bytes(&self) -> usize {
        let def = self.0.def.get();
        let mut size = Size::default();
        size.text(&def.name);
        size.text(&def.instructions);
        size.fields(&def.inputs);
        size.fields(&def.outputs);
        let prompts = self.0.plain.rendered_bytes() + self.0.reasoned.rendered_bytes();
        // each text of a prompt is kept as it is and as JSON
        let first = 2 * (FRAME + size.texts);
        let fixed = size_of::<Shared>() + 2 * size_of::<State>();
        fixed + size.structs + size.texts + prompts.max(first)
    }
}

#[derive(Default)]
struct Size {
    /// Bytes of texts.
    texts: usize,
    /// And of what holds them.
    structs: usize,
    /// Named types that were seen: a type may be within itself.
    seen: Vec<*const Definition>,
}

impl Size {
    fn text(&mut self, text: &Ref<str>) {
        self.texts += text.get().len();
        if text.get_static().is_none() {
            self.structs += SHARED;
        }
    }
    fn all<T>(&mut self, all: &[T], each: impl Fn(&mut Self, &T)) {
        self.structs += SHARED + size_of_val(all);
        all.iter().for_each(|one| each(self, one));
    }
    fn fields(&mut self, fields: &Ref<[FieldDef]>) {
        self.all(fields.get(), Self::field);
    }
    fn field(&mut self, field: &FieldDef) {
        self.text(&field.name);
        self.text(&field.doc);
        self.all(field.aliases.get(), Self::text);
        self.all(field.examples.get(), Self::text);
        self.all(field.constraints.get(), Self::constraint);
        field.default.iter().for_each(|default| self.text(default));
        self.schema(field.schema.get());
        if let Some(dspy) = &field.dspy {
            let dspy = dspy.get();
            self.structs += size_of::<DspyField>();
            let texts = [&dspy.prefix, &dspy.constraints_text, &dspy.type_description];
            let texts = texts.into_iter().flatten();
            self.texts += texts.map(String::len).sum::<usize>();
        }
    }
    fn constraint(&mut self, constraint: &Constraint) {
        match constraint {
            Constraint::Pattern(pattern) => self.text(pattern),
            Constraint::Ge(limit)
            | Constraint::Gt(limit)
            | Constraint::Le(limit)
            | Constraint::Lt(limit)
            | Constraint::MultipleOf(limit) => self.text(&limit.text),
            _ => {}
        }
    }
    fn literal(&mut self, literal: &Literal) {
        if let Literal::Text(text) = literal {
            self.text(text);
        }
    }
    fn variant(&mut self, variant: &Variant) {
        self.text(&variant.name);
        self.text(&variant.doc);
        self.all(variant.aliases.get(), Self::text);
        variant.value.iter().for_each(|value| self.literal(value));
        variant.data.iter().for_each(|data| self.schema(data.get()));
    }
    fn schema(&mut self, schema: &Schema) {
        self.structs += SHARED + size_of::<Schema>();
        match schema {
            Schema::List(inner)
            | Schema::Set(inner)
            | Schema::Array(inner, _)
            | Schema::Optional(inner) => self.schema(inner.get()),
            Schema::Map(key, value) => {
                self.schema(key.get());
                self.schema(value.get());
            }
            Schema::Tuple(all) | Schema::Union(all) => {
                self.all(all.get(), |size, one| size.schema(one.get()));
            }
            Schema::Literal(all) => self.all(all.get(), Self::literal),
            Schema::Constrained(inner, constraints) => {
                self.all(constraints.get(), Self::constraint);
                self.schema(inner.get());
            }
            Schema::Named(named) => {
                self.text(&named.name);
                self.all(named.arguments.get(), |size, one| size.schema(one.get()));
                self.definition(named.definition.get());
            }
            Schema::Inline(definition) => self.definition(definition.get()),
            Schema::Printed(inner, name) => {
                self.text(name);
                self.schema(inner.get());
            }
            _ => {}
        }
    }
    fn definition(&mut self, definition: &Definition) {
        let place = std::ptr::from_ref(definition);
        if self.seen.contains(&place) {
            return;
        }
        self.seen.push(place);
        self.structs += SHARED + size_of::<Definition>();
        self.text(&definition.doc);
        match &definition.body {
            Body::Record(fields) => self.fields(fields),
            Body::Words(variants) | Body::Variants(variants) => {
                self.all(variants.get(), Self::variant);
            }
        }
    }
}
