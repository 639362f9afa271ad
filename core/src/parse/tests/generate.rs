//! A small source of random things that are the same at every run, and schemas to hold them against.
use crate::{
    InputField,
    constant::Ref,
    schema::{Body, Definition, FieldDef, Named, Schema, Variant},
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::Arc};

/// Xorshift: random enough for texts.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }
    pub(super) fn one<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

pub(super) fn made(schema: Schema) -> Ref<Schema> {
    Ref::shared(Arc::new(schema))
}

fn named(name: &'static str, id: u64, body: Body) -> Schema {
    let definition = Definition {
        doc: Ref::new(""),
        body,
    };
    Schema::Named(Named {
        name: Ref::new(name),
        arguments: Ref::new(&[]),
        id,
        definition: Ref::shared(Arc::new(definition)),
    })
}

pub(super) fn words(words: &[&'static str]) -> Schema {
    let variants: Vec<Variant> = words
        .iter()
        .map(|word| Variant {
            name: Ref::new(word),
            value: None,
            doc: Ref::new(""),
            data: None,
            aliases: Ref::new(&[]),
        })
        .collect();
    named("Word", 11, Body::Words(Ref::shared(Arc::from(variants))))
}

pub(super) fn record(fields: Vec<FieldDef>) -> Schema {
    named("Thing", 12, Body::Record(Ref::shared(Arc::from(fields))))
}

pub(super) fn field(name: &'static str, schema: Ref<Schema>) -> FieldDef {
    FieldDef::new(Ref::new(name), schema)
}

/// The outputs of a signature with all kinds of fields.
pub(super) fn outline() -> Vec<FieldDef> {
    vec![
        field("name", String::SCHEMA),
        field("stars", i64::SCHEMA),
        field("list", <Vec<String>>::SCHEMA),
        field("kind", made(words(&["red", "green"]))),
        field("by_name", <BTreeMap<String, f64>>::SCHEMA),
        field("next", made(tree())),
        field("maybe", <Option<bool>>::SCHEMA),
    ]
}

/// A type that holds itself, in a union.
pub(super) fn tree() -> Schema {
    let union = Schema::Union(Ref::shared(Arc::from(vec![
        made(Schema::Recursion(12)),
        i64::SCHEMA,
        made(Schema::List(made(Schema::Recursion(12)))),
    ])));
    record(vec![
        field("a", made(Schema::Optional(made(union)))),
        field("next", made(Schema::Optional(made(Schema::Recursion(12))))),
    ])
}

pub(super) fn schemas() -> Vec<Schema> {
    vec![
        Schema::Any,
        i64::SCHEMA.get().clone(),
        bool::SCHEMA.get().clone(),
        words(&["red", "green"]),
        <Vec<String>>::SCHEMA.get().clone(),
        <BTreeMap<String, Vec<i64>>>::SCHEMA.get().clone(),
        tree(),
        record(outline()),
        Schema::Union(Ref::shared(Arc::from(vec![
            made(record(vec![field("name", String::SCHEMA)])),
            String::SCHEMA,
        ]))),
    ]
}

/// A value of a schema, with texts that are hard to write.
pub(super) fn value(random: &mut Random, schema: &Schema, depth: usize) -> Value {
    const TEXTS: [&str; 12] = [
        "",
        "plain",
        "with \"quotes\"",
        "it's",
        "a\nb",
        "{\"x\": 1}",
        "back\\slash",
        "日本 😀",
        "[[ a ]]",
        "```json\n{}\n```",
        "true",
        "a, \"b\": c",
    ];
    match schema {
        Schema::Text => Value::from(*random.one(&TEXTS)),
        Schema::Integer(_) => Value::from(random.below(1_000_000)),
        Schema::Number(_) => {
            Value::from(f64::from(u16::try_from(random.below(60_000)).unwrap_or(0)) / 8.0)
        }
        Schema::Boolean => Value::from(random.below(2) == 0),
        Schema::List(item) => (0..random.below(4))
            .map(|_| value(random, item.get(), depth + 1))
            .collect(),
        Schema::Optional(_) if depth > 4 || random.below(3) == 0 => Value::Null,
        Schema::Optional(inner) => value(random, inner.get(), depth),
        Schema::Map(_, inner) => (0..random.below(4))
            .map(|_| {
                (
                    (*random.one(&TEXTS)).to_owned(),
                    value(random, inner.get(), depth + 1),
                )
            })
            .collect::<Map<_, _>>()
            .into(),
        Schema::Named(named) => match named.body() {
            Body::Words(words) => Value::from(random.one(words.get()).name.get()),
            Body::Record(fields) => fields
                .get()
                .iter()
                .map(|field| {
                    (
                        field.name.get().to_owned(),
                        value(random, field.schema.get(), depth + 1),
                    )
                })
                .collect::<Map<_, _>>()
                .into(),
            Body::Variants(_) => Value::Null,
        },
        _ => Value::Null,
    }
}
