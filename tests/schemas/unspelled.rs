//! A definition without the pieces that the macros join: what signatures made at run time look like.
use sigflow::{
    __private::Ref,
    SignatureDef,
    schema::{Body, Definition, FieldDef, Named, Schema, Variant},
};
use std::sync::Arc;

/// The same definition, to be put together by the renderers.
pub fn unspelled(definition: &SignatureDef) -> SignatureDef {
    SignatureDef {
        name: definition.name.clone(),
        instructions: definition.instructions.clone(),
        inputs: fields(definition.inputs.get(), &mut Vec::new()),
        outputs: fields(definition.outputs.get(), &mut Vec::new()),
    }
}

fn fields(all: &[FieldDef], around: &mut Vec<u64>) -> Ref<[FieldDef]> {
    let one = |field: &FieldDef| FieldDef {
        schema: Ref::shared(Arc::new(schema(&field.schema, around))),
        spelled: None,
        ..field.clone()
    };
    Ref::shared(Arc::from(all.iter().map(one).collect::<Vec<_>>()))
}

fn list(all: &[Ref<Schema>], around: &mut Vec<u64>) -> Ref<[Ref<Schema>]> {
    let one = |each: &Ref<Schema>| Ref::shared(Arc::new(schema(each, around)));
    Ref::shared(Arc::from(all.iter().map(one).collect::<Vec<_>>()))
}

fn variants(all: &[Variant], around: &mut Vec<u64>) -> Ref<[Variant]> {
    let one = |variant: &Variant| Variant {
        data: (variant.data.as_ref()).map(|data| Ref::shared(Arc::new(schema(data, around)))),
        ..variant.clone()
    };
    Ref::shared(Arc::from(all.iter().map(one).collect::<Vec<_>>()))
}

fn definition(definition: &Definition, around: &mut Vec<u64>) -> Ref<Definition> {
    Ref::shared(Arc::new(Definition {
        doc: definition.doc.clone(),
        body: match &definition.body {
            Body::Record(all) => Body::Record(fields(all, around)),
            Body::Variants(all) => Body::Variants(variants(all, around)),
            other => other.clone(),
        },
    }))
}

fn schema(old: &Schema, around: &mut Vec<u64>) -> Schema {
    let mut inner = |each: &Ref<Schema>| Ref::shared(Arc::new(schema(each, around)));
    match old {
        Schema::List(item) => Schema::List(inner(item)),
        Schema::Set(item) => Schema::Set(inner(item)),
        Schema::Array(item, len) => Schema::Array(inner(item), *len),
        Schema::Optional(item) => Schema::Optional(inner(item)),
        Schema::Map(key, value) => Schema::Map(inner(key), inner(value)),
        Schema::Constrained(item, bounds) => Schema::Constrained(inner(item), bounds.clone()),
        Schema::Printed(item, name) => Schema::Printed(inner(item), name.clone()),
        Schema::Tuple(items) => Schema::Tuple(list(items, around)),
        Schema::Union(items) => Schema::Union(list(items, around)),
        Schema::Inline(inline) => Schema::Inline(definition(inline, around)),
        // a type within itself
        Schema::Named(named) if around.contains(&named.id) => Schema::Recursion(named.id),
        Schema::Named(named) => {
            around.push(named.id);
            let definition = definition(&named.definition, around);
            around.pop();
            Schema::Named(Named {
                definition,
                ..named.clone()
            })
        }
        other => other.clone(),
    }
}
