//! What a signature may be: names, and bounds on size, so that no renderer meets what it cannot hold.
use super::spec::FieldSpec;
use crate::{
    constant::Out,
    schema::{Body, FieldDef, Schema, python_note},
};
use std::collections::HashSet;

/// Definitions that one signature may go through.
pub(super) const STEPS: usize = 1024;
/// Named types inside each other.
pub(super) const DEPTH: usize = 64;
/// Levels of a schema.
const LEVELS: usize = 200;
/// Distinct named types of one signature; the renderers count in tables of this size.
const TYPES: usize = 128;
/// Members of a record, for the same reason.
const MEMBERS: usize = 256;
/// The longest schema of one output in a prompt, in bytes.
const NOTE: usize = 16384;

/// So many levels inside a field.
pub(super) fn level(level: usize) -> Result<(), String> {
    if level > LEVELS {
        return Err(format!(
            "the type is nested deeper than {LEVELS} levels; flatten it"
        ));
    }
    Ok(())
}

/// A field's name, which stands between DSPy's markers.
pub(super) fn name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("a field has no name; give it one".to_owned());
    }
    if name.starts_with('_') {
        let bare = name.trim_start_matches('_');
        let instead = if bare.is_empty() { "field" } else { bare };
        return Err(format!(
            "field `{name}` begins with an underscore; write `{instead}`"
        ));
    }
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        let instead: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect();
        return Err(format!(
            "field `{name}` has signs that no name has; write `{instead}`"
        ));
    }
    Ok(())
}

/// The members of a record.
pub(super) fn members(members: &[FieldSpec]) -> Result<(), String> {
    let mut names = HashSet::new();
    if let Some(twice) = members.iter().find(|member| !names.insert(&member.name)) {
        return Err(format!(
            "`{}` is there twice; rename one of them",
            twice.name
        ));
    }
    if members.len() > MEMBERS {
        return Err(format!("it has more than {MEMBERS} members; split it"));
    }
    Ok(())
}

/// A whole signature: names are distinct, and sizes bounded.
pub(super) fn signature(inputs: &[FieldDef], outputs: &[FieldDef]) -> Result<(), String> {
    let mut names = HashSet::new();
    if let Some(twice) = inputs
        .iter()
        .chain(outputs)
        .find(|field| !names.insert(field.name.get()))
    {
        let name = twice.name.get();
        return Err(format!("`{name}` is there twice; rename one of them"));
    }
    let mut seen = HashSet::new();
    for field in inputs.iter().chain(outputs) {
        walk(field.schema.get(), 0, &mut seen)
            .map_err(|error| format!("field `{}`: {error}", field.name.get()))?;
    }
    for field in outputs {
        let mut out = Out::new(&mut []);
        python_note(&mut out, field.schema.get());
        if out.len() > NOTE {
            return Err(format!(
                "field `{}`: its schema is longer than {NOTE} bytes; split it",
                field.name.get()
            ));
        }
    }
    Ok(())
}

/// A schema that came ready made.
pub(super) fn schema(schema: &Schema) -> Result<(), String> {
    walk(schema, 0, &mut HashSet::new())
}

fn walk(schema: &Schema, level: usize, seen: &mut HashSet<u64>) -> Result<(), String> {
    self::level(level)?;
    let level = level + 1;
    let fields = |fields: &[FieldDef], seen: &mut HashSet<u64>| {
        if fields.len() > MEMBERS {
            return Err(format!(
                "a record has more than {MEMBERS} members; split it"
            ));
        }
        fields
            .iter()
            .try_for_each(|field| walk(field.schema.get(), level, seen))
    };
    match schema {
        Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Optional(item)
        | Schema::Constrained(item, _)
        | Schema::Printed(item, _) => walk(item.get(), level, seen),
        Schema::Map(key, value) => {
            walk(key.get(), level, seen).and_then(|()| walk(value.get(), level, seen))
        }
        Schema::Tuple(items) | Schema::Union(items) => items
            .get()
            .iter()
            .try_for_each(|item| walk(item.get(), level, seen)),
        Schema::Inline(definition) => match &definition.get().body {
            Body::Record(members) => fields(members.get(), seen),
            _ => Ok(()),
        },
        Schema::Named(named) => {
            if !seen.insert(named.id) {
                return Ok(());
            }
            if seen.len() > TYPES {
                return Err(format!(
                    "the signature has more than {TYPES} named types; split it"
                ));
            }
            match named.body() {
                Body::Record(members) => fields(members.get(), seen),
                Body::Words(_) => Ok(()),
                Body::Variants(variants) => {
                    variants
                        .get()
                        .iter()
                        .try_for_each(|variant| match &variant.data {
                            Some(data) => walk(data.get(), level, seen),
                            None => Ok(()),
                        })
                }
            }
        }
        _ => Ok(()),
    }
}
