//! Arrays, maps and tuples, which closed dialects know in other forms.
use super::{
    enums::Values,
    members::{ARRAY, OBJECT, kind, object},
    unions::is_any,
    writer::Writer,
};
use crate::{
    constant::Ref,
    schema::{Body, Dialect, Schema},
};

pub(super) const fn array(w: &mut Writer<'_, '_, '_>, item: &Schema, len: usize, nullable: bool) {
    kind(w, ARRAY, nullable);
    if len > 0 || !w.plain {
        w.raw(",\"items\":");
        object(w, item);
    }
    // Anthropic takes `minItems` of 0 and 1 only; the description says the number
    if len > 0 && !(w.dialect.is(Dialect::Anthropic) && len > 1) {
        w.raw(",\"minItems\":");
        w.out.number(len as i128);
    }
    if !w.dialect.is(Dialect::Anthropic) {
        w.raw(",\"maxItems\":");
        w.out.number(len as i128);
    }
}

pub(super) const fn map(w: &mut Writer<'_, '_, '_>, key: &Schema, value: &Schema, nullable: bool) {
    if w.dialect.lists_maps() {
        // objects whose members no one knows cannot be closed
        w.tally.lowered = true;
        kind(w, ARRAY, nullable);
        w.raw(",\"items\":{\"type\":\"object\",\"properties\":{\"key\":");
        w.tally.enter_object();
        w.tally.property("key");
        object(w, key);
        w.out.push(",\"value\":");
        w.tally.property("value");
        object(w, value);
        w.tally.leave_object();
        w.out
            .push("},\"required\":[\"key\",\"value\"],\"additionalProperties\":false}");
        return;
    }
    kind(w, OBJECT, nullable);
    w.tally.enter_object();
    match key.shape() {
        Schema::Named(named) if let Body::Words(variants) = named.body() => {
            keys(w, Values::Words(variants.get()), value);
        }
        Schema::Literal(literals) => keys(w, Values::Literals(literals.get()), value),
        Schema::Integer(name) if w.plain => {
            w.raw(
                if name.as_bytes().first_chunk::<1>().is_some() && name.as_bytes()[0] == b'u' {
                    ",\"additionalProperties\":false,\"patternProperties\":{\"^\\\\d+$\":"
                } else {
                    ",\"additionalProperties\":false,\"patternProperties\":{\"^-?\\\\d+$\":"
                },
            );
            object(w, value);
            w.out.push("}");
        }
        _ => {
            w.raw(",\"additionalProperties\":");
            if is_any(value) {
                w.out.push("true");
            } else {
                object(w, value);
            }
        }
    }
    w.tally.leave_object();
}

/// The members of a map whose keys are known words: each may be there.
const fn keys(w: &mut Writer<'_, '_, '_>, words: Values<'_>, value: &Schema) {
    w.raw(",\"additionalProperties\":false,\"properties\":");
    w.open();
    let mut at = 0;
    while let Some(word) = words.text(at) {
        w.tally.property(word);
        w.key(word);
        object(w, value);
        at += 1;
    }
    w.close();
}

pub(super) const fn tuple(w: &mut Writer<'_, '_, '_>, items: &[Ref<Schema>], nullable: bool) {
    if w.dialect.numbers_tuples() {
        return numbered(w, items, nullable);
    }
    kind(w, ARRAY, nullable);
    let mut at = 0;
    while at < items.len() {
        w.raw(if at > 0 { "," } else { ",\"prefixItems\":[" });
        object(w, items[at].get());
        at += 1;
    }
    if at > 0 {
        w.out.push("],\"minItems\":");
        w.out.number(at as i128);
    } else if !w.plain {
        w.raw(",\"items\":{\"type\":\"null\"}");
    }
    w.raw(",\"maxItems\":");
    w.out.number(at as i128);
}

/// A tuple as an object with the members `0`, `1`, …: closed dialects have no `prefixItems`.
const fn numbered(w: &mut Writer<'_, '_, '_>, items: &[Ref<Schema>], nullable: bool) {
    const NAMES: [&str; 16] = [
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15",
    ];
    w.tally.lowered = true;
    kind(w, OBJECT, nullable);
    w.tally.enter_object();
    w.raw(",\"properties\":");
    w.open();
    let len = if items.len() < NAMES.len() {
        items.len()
    } else {
        NAMES.len()
    };
    let mut at = 0;
    while at < len {
        w.tally.property(NAMES[at]);
        w.key(NAMES[at]);
        object(w, items[at].get());
        at += 1;
    }
    w.close();
    w.tally.leave_object();
    w.raw(",\"required\":[");
    at = 0;
    while at < len {
        w.out.push(if at > 0 { ",\"" } else { "\"" });
        w.out.push(NAMES[at]);
        w.out.push("\"");
        at += 1;
    }
    w.out.push("],\"additionalProperties\":false");
}
