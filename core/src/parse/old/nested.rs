//! Values within values: lists, maps, records, variants.
use super::{
    align::{Context, align, bounded},
    json,
    values::absent,
    words::{literal_value, normal, variant},
};
use crate::{
    constant::Ref,
    schema::{Body, Definitions, FieldDef, Named, Schema, Variant},
};
use serde_json::{Map, Value};

/// Text that holds JSON: a model that answers with the right value in quotes.
fn opened(value: Value) -> Value {
    match &value {
        Value::String(text) => match json::read(text.trim()) {
            Some(inner @ (Value::Array(_) | Value::Object(_))) => inner,
            _ => value,
        },
        _ => value,
    }
}

pub(super) fn items<'s>(
    kind: &'s Schema,
    value: Value,
    context: &mut Context<'_, 's>,
) -> Vec<Value> {
    let list = match opened(value) {
        Value::Array(list) => list,
        Value::Null => {
            context.mismatch(&Schema::List(Ref::new(&Schema::Any)), &Value::Null);
            return Vec::new();
        }
        // one item where a list is asked for
        other => vec![other],
    };
    let mut items = Vec::with_capacity(list.len());
    for (index, item) in list.into_iter().enumerate() {
        items.push(context.within(&format!("[{index}]"), |context| align(kind, item, context)));
    }
    items
}

/// Each item once, in order of first appearance. The texts of items tell them apart.
pub(super) fn distinct(items: Vec<Value>) -> Value {
    let mut seen = std::collections::HashSet::new();
    Value::Array(
        items
            .into_iter()
            .filter(|item| seen.insert(item.to_string()))
            .collect(),
    )
}

/// A tuple as Python writes it, as a list.
fn unbracketed(value: Value) -> Value {
    match value
        .as_str()
        .and_then(|text| text.trim().strip_prefix('(')?.strip_suffix(')'))
    {
        Some(inside) => Value::from(format!("[{inside}]")),
        None => value,
    }
}

pub(super) fn tuple<'s>(
    schema: &'s Schema,
    kinds: &'s [Ref<Schema>],
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let list = match opened(unbracketed(value)) {
        Value::Array(list) => list,
        // the form that closed dialects use: members `0`, `1`, …
        Value::Object(mut members) => (0..kinds.len())
            .map_while(|index| members.swap_remove(&index.to_string()))
            .collect(),
        other => return context.mismatch(schema, &other),
    };
    if list.len() != kinds.len() {
        return context.mismatch(schema, &Value::Array(list));
    }
    let mut items = Vec::with_capacity(list.len());
    for (index, (kind, item)) in kinds.iter().zip(list).enumerate() {
        items.push(context.within(&format!("[{index}]"), |context| {
            align(kind.get(), item, context)
        }));
    }
    Value::Array(items)
}

pub(super) fn map<'s>(
    schema: &'s Schema,
    (key, kind): (&'s Schema, &'s Schema),
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let members: Vec<(Value, Value)> = match opened(value) {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (Value::from(name), value))
            .collect(),
        // the form that closed dialects use: a list of key and value; or of pairs
        Value::Array(list) => {
            let mut members = Vec::with_capacity(list.len());
            for item in list {
                members.push(match item {
                    Value::Object(mut pair) => {
                        match (pair.swap_remove("key"), pair.swap_remove("value")) {
                            (Some(key), Some(value)) => (key, value),
                            _ => return context.mismatch(schema, &Value::Object(pair)),
                        }
                    }
                    Value::Array(pair) => match <[Value; 2]>::try_from(pair) {
                        Ok([key, value]) => (key, value),
                        Err(pair) => return context.mismatch(schema, &Value::Array(pair)),
                    },
                    other => return context.mismatch(schema, &other),
                });
            }
            members
        }
        other => return context.mismatch(schema, &other),
    };
    let mut aligned = Map::new();
    for (name, value) in members {
        let shown = match name {
            Value::String(name) => name,
            other => other.to_string(),
        };
        let (name, value) = context.within(&shown, |context| {
            (self::key(key, &shown, context), align(kind, value, context))
        });
        aligned.insert(name, value);
    }
    Value::Object(aligned)
}

/// The name of a member whose key has a schema: words as the enum spells them, numbers without blanks.
fn key<'s>(schema: &'s Schema, name: &str, context: &mut Context<'_, 's>) -> String {
    if matches!(
        schema.shape(),
        Schema::Text | Schema::Character | Schema::Any
    ) {
        return name.to_owned();
    }
    match align(schema, Value::from(name), context) {
        Value::String(name) => name,
        // the fault is noted
        Value::Null => name.to_owned(),
        other => other.to_string(),
    }
}

/// The option with the fewest faults; among equals the first whose value is kept as it came.
pub(super) fn union<'s>(
    schema: &Schema,
    options: &[&'s Schema],
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let mut best: Option<(usize, Value)> = None;
    for option in options {
        let mut faults = Vec::new();
        let mut trial = Context {
            faults: &mut faults,
            field: context.field,
            inner: context.inner.clone(),
            depth: context.depth + 1,
            around: context.around.clone(),
        };
        let aligned = align(option, value.clone(), &mut trial);
        let cost = faults.len() * 2 + usize::from(aligned != value);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, aligned));
        }
        if cost == 0 {
            break;
        }
    }
    match best {
        Some((cost, aligned)) if cost < 2 => aligned,
        _ => context.mismatch(schema, &value),
    }
}

pub(super) fn named<'s>(
    schema: &'s Schema,
    named: &'s Named,
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    match named.body() {
        Body::Words(variants) => match variant(variants, &value) {
            Some(variant) => variant
                .value
                .as_ref()
                .map_or_else(|| Value::from(variant.name.get()), literal_value),
            None => context.mismatch(schema, &value),
        },
        Body::Variants(variants) => match opened(value) {
            Value::Object(members) if members.len() == 1 => {
                let Some((name, inner)) = members.into_iter().next() else {
                    return Value::Null;
                };
                match variant(variants, &Value::from(name.as_str())) {
                    Some(Variant {
                        name,
                        data: Some(data),
                        ..
                    }) => {
                        let inner =
                            context.within(name.get(), |context| align(data.get(), inner, context));
                        Value::Object(Map::from_iter([(name.get().to_owned(), inner)]))
                    }
                    Some(Variant {
                        name, data: None, ..
                    }) => Value::from(name.get()),
                    None => context.mismatch(schema, &Value::from(name)),
                }
            }
            word => match variant(variants, &word) {
                Some(Variant {
                    name, data: None, ..
                }) => Value::from(name.get()),
                _ => context.mismatch(schema, &word),
            },
        },
        Body::Record(fields) => record(schema, fields, value, context),
    }
}

pub(super) fn record<'s>(
    schema: &'s Schema,
    fields: &'s [FieldDef],
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let mut members = match opened(value) {
        Value::Object(members) => members,
        other => return context.mismatch(schema, &other),
    };
    let mut aligned = Map::new();
    for field in fields {
        let name = field.name.get();
        let found = members.swap_remove(name).or_else(|| {
            let wanted = normal(name);
            let key = members
                .keys()
                .find(|key| !wanted.is_empty() && normal(key) == wanted)?
                .clone();
            members.swap_remove(&key)
        });
        let value = match found {
            Some(value) => context.within(name, |context| bounded(field, value, context)),
            None if let Some(empty) = empty(field, context) => empty,
            None => absent(field).unwrap_or_else(|fault| {
                context.faults.push(fault.within(&context.path()));
                Value::Null
            }),
        };
        aligned.insert(name.to_owned(), value);
    }
    Value::Object(aligned)
}

/// What a missing list or map is that holds the type around it: empty. Where a dialect unrolls recursive
/// types it must be told that such a member may be missing.
fn empty(field: &FieldDef, context: &Context<'_, '_>) -> Option<Value> {
    let empty = match field.schema.get().shape() {
        Schema::List(_) | Schema::Set(_) => Value::Array(Vec::new()),
        Schema::Map(..) => Value::Object(Map::new()),
        _ => return None,
    };
    let around = context.around.last()?;
    (field.default.is_none() && Definitions::closes_cycle(around, field.schema.get()))
        .then_some(empty)
}
