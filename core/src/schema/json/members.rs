//! The members of a schema object, for each kind of value.
use super::{
    bounds::{bounds, describe},
    enums::{Values, definition, values},
    record::record,
    writer::{Doc, Member, Writer},
};
use crate::{
    constant::Ref,
    schema::{Body, Dialect, Format, Literal, Named, Refusal, Schema},
};

/// The member `type`, alone and with null.
type Kind = (&'static str, &'static str);
const STRING: Kind = (",\"type\":\"string\"", ",\"type\":[\"string\",\"null\"]");
const BOOLEAN: Kind = (",\"type\":\"boolean\"", ",\"type\":[\"boolean\",\"null\"]");
const INTEGER: Kind = (",\"type\":\"integer\"", ",\"type\":[\"integer\",\"null\"]");
const NUMBER: Kind = (",\"type\":\"number\"", ",\"type\":[\"number\",\"null\"]");
const ARRAY: Kind = (",\"type\":\"array\"", ",\"type\":[\"array\",\"null\"]");
const OBJECT: Kind = (",\"type\":\"object\"", ",\"type\":[\"object\",\"null\"]");
/// What schemars says of decimals.
const DECIMAL: Kind = (
    ",\"type\":[\"string\",\"number\"]",
    ",\"type\":[\"string\",\"number\",\"null\"]",
);

const fn kind(w: &mut Writer<'_, '_, '_>, kind: Kind, nullable: bool) {
    if nullable {
        w.tally.union();
    }
    w.raw(if nullable { kind.1 } else { kind.0 });
}

/// A schema as a value.
pub(super) const fn object(w: &mut Writer<'_, '_, '_>, schema: &Schema) {
    if is_any(schema) {
        anything(w);
        w.out.push("true");
        return;
    }
    w.open();
    members(w, schema, &Member::NONE);
    w.close();
}

/// The members of a schema object.
pub(super) const fn members(w: &mut Writer<'_, '_, '_>, schema: &Schema, member: &Member<'_>) {
    let dialect = w.dialect;
    let nullable = member.nullable;
    match schema {
        Schema::Constrained(inner, own) => {
            let bounds = member.bounds.with(own.get());
            return members(w, inner.get(), &Member { bounds, ..*member });
        }
        Schema::Printed(inner, _) => return members(w, inner.get(), member),
        Schema::Optional(inner) => {
            return members(
                w,
                inner.get(),
                &Member {
                    nullable: true,
                    ..*member
                },
            );
        }
        Schema::Union(_) => return any_of(w, schema, member),
        Schema::Named(_) | Schema::Recursion(_) | Schema::Inline(_) if nullable => {
            return any_of(w, schema, member);
        }
        Schema::Text | Schema::Character => kind(w, STRING, nullable),
        Schema::Boolean => kind(w, BOOLEAN, nullable),
        Schema::Integer(name) => {
            kind(w, INTEGER, nullable);
            width(w, name);
        }
        Schema::Number(name) => {
            kind(w, NUMBER, nullable);
            width(w, name);
        }
        Schema::Null => w.raw(",\"type\":\"null\""),
        Schema::Any => anything(w),
        Schema::Formatted(format) => formatted(w, *format, member),
        Schema::List(item) | Schema::Set(item) => {
            kind(w, ARRAY, nullable);
            w.raw(",\"items\":");
            object(w, item.get());
            if matches!(schema, Schema::Set(_)) && dialect.is(Dialect::Plain) {
                w.raw(",\"uniqueItems\":true");
            }
        }
        Schema::Array(item, len) => array(w, item.get(), *len, nullable),
        Schema::Map(key, value) => map(w, key.get(), value.get(), nullable),
        Schema::Tuple(items) => tuple(w, items.get(), nullable),
        Schema::Literal(literals) => values(w, Values::Literals(literals.get()), nullable),
        Schema::Named(named) => return reference(w, named, member),
        Schema::Recursion(id) => {
            if let Some(named) = w.definitions.find(*id) {
                return reference(w, named, member);
            }
        }
        Schema::Inline(definition) => {
            // a record without a name has no description beside the variant's
            if let Body::Record(fields) = &definition.get().body {
                record(w, fields.get(), false, member.doc);
            }
            return;
        }
    }
    if let Schema::Character = schema
        && dialect.is(Dialect::Plain)
    {
        w.raw(",\"minLength\":1,\"maxLength\":1");
    }
    bounds(w, schema, &member.bounds);
    describe(w, schema, member);
    extras(w, member);
}

/// Default and examples, which only the plain dialect has.
const fn extras(w: &mut Writer<'_, '_, '_>, member: &Member<'_>) {
    if let Some(default) = member.default {
        w.raw(",\"default\":");
        w.out.push(default);
    }
    let mut at = 0;
    while at < member.examples.len() {
        w.raw(if at > 0 { "," } else { ",\"examples\":[" });
        w.out.push(member.examples[at].get());
        at += 1;
    }
    if at > 0 {
        w.out.push("]");
    }
}

const fn width(w: &mut Writer<'_, '_, '_>, name: &str) {
    if w.dialect.is(Dialect::Plain) && !name.is_empty() {
        w.raw(",\"format\":\"");
        w.out.push(name);
        w.out.push("\"");
    }
}

const fn anything(w: &mut Writer<'_, '_, '_>) {
    if !w.dialect.is(Dialect::Plain) {
        w.tally.refuse(Refusal::Anything);
    }
}

/// Whether every value fits.
const fn is_any(schema: &Schema) -> bool {
    match schema {
        Schema::Any => true,
        Schema::Constrained(inner, _) | Schema::Printed(inner, _) | Schema::Optional(inner) => {
            is_any(inner.get())
        }
        Schema::Union(options) => {
            let (options, mut at) = (options.get(), 0);
            while at < options.len() {
                if is_any(options[at].get()) {
                    return true;
                }
                at += 1;
            }
            false
        }
        _ => false,
    }
}

const fn formatted(w: &mut Writer<'_, '_, '_>, format: Format, member: &Member<'_>) {
    let decimal = matches!(format, Format::Decimal) && w.dialect.is(Dialect::Plain);
    kind(w, if decimal { DECIMAL } else { STRING }, member.nullable);
    if let Some(name) = w.dialect.format(format) {
        w.raw(",\"format\":\"");
        w.out.push(name);
        w.out.push("\"");
    }
    if let Some(pattern) = w.dialect.pattern(format)
        && !member.bounds.has_pattern()
    {
        w.raw(",\"pattern\":\"");
        w.out.json_inner(pattern);
        w.out.push("\"");
    }
}

const fn array(w: &mut Writer<'_, '_, '_>, item: &Schema, len: usize, nullable: bool) {
    kind(w, ARRAY, nullable);
    if len > 0 || !w.dialect.is(Dialect::Plain) {
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

const fn map(w: &mut Writer<'_, '_, '_>, key: &Schema, value: &Schema, nullable: bool) {
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
        Schema::Integer(name) if w.dialect.is(Dialect::Plain) => {
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

const fn tuple(w: &mut Writer<'_, '_, '_>, items: &[Ref<Schema>], nullable: bool) {
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
    } else if !w.dialect.is(Dialect::Plain) {
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

/// A choice; a description stands beside it, bounds with each option that they mean something for.
const fn any_of(w: &mut Writer<'_, '_, '_>, schema: &Schema, member: &Member<'_>) {
    if is_any(schema) {
        anything(w);
    } else {
        let null = member.nullable || has_null(schema);
        let count = count(schema);
        if count == 1 && !null {
            return only(w, schema, member);
        }
        w.tally.union();
        w.raw(",\"anyOf\":[");
        let mut first = true;
        options(w, schema, member, &mut first);
        if null {
            w.out.push(if first {
                "{\"type\":\"null\"}"
            } else {
                ",{\"type\":\"null\"}"
            });
        }
        w.out.push("]");
    }
    describe(w, &Schema::Null, member);
    extras(w, member);
}

const fn has_null(schema: &Schema) -> bool {
    match schema {
        Schema::Null | Schema::Optional(_) => true,
        Schema::Constrained(inner, _) | Schema::Printed(inner, _) => has_null(inner.get()),
        Schema::Union(all) => {
            let (all, mut at) = (all.get(), 0);
            while at < all.len() {
                if has_null(all[at].get()) {
                    return true;
                }
                at += 1;
            }
            false
        }
        _ => false,
    }
}

/// Options beside null.
const fn count(schema: &Schema) -> usize {
    match schema {
        Schema::Null => 0,
        Schema::Constrained(inner, _) | Schema::Printed(inner, _) | Schema::Optional(inner) => {
            count(inner.get())
        }
        Schema::Union(all) => {
            let (all, mut sum, mut at) = (all.get(), 0, 0);
            while at < all.len() {
                sum += count(all[at].get());
                at += 1;
            }
            sum
        }
        _ => 1,
    }
}

/// The only option of a union.
const fn only(w: &mut Writer<'_, '_, '_>, schema: &Schema, member: &Member<'_>) {
    match schema {
        Schema::Union(all) => {
            let (all, mut at) = (all.get(), 0);
            while at < all.len() {
                if count(all[at].get()) == 1 {
                    return only(w, all[at].get(), member);
                }
                at += 1;
            }
        }
        _ => members(w, schema, member),
    }
}

const fn options(
    w: &mut Writer<'_, '_, '_>,
    schema: &Schema,
    member: &Member<'_>,
    first: &mut bool,
) {
    match schema {
        Schema::Null => {}
        Schema::Constrained(inner, own) => {
            let bounds = member.bounds.with(own.get());
            options(w, inner.get(), &Member { bounds, ..*member }, first);
        }
        Schema::Printed(inner, _) | Schema::Optional(inner) => {
            options(w, inner.get(), member, first);
        }
        Schema::Union(all) => {
            let (all, mut at) = (all.get(), 0);
            while at < all.len() {
                options(w, all[at].get(), member, first);
                at += 1;
            }
        }
        _ => {
            if !*first {
                w.out.push(",");
            }
            *first = false;
            w.open();
            members(
                w,
                schema,
                &Member {
                    bounds: member.bounds,
                    ..Member::NONE
                },
            );
            w.close();
        }
    }
}

/// A named type: by reference, or in place where a description may not stand beside a reference.
const fn reference(w: &mut Writer<'_, '_, '_>, named: &Named, member: &Member<'_>) {
    let Some(place) = w.definitions.place(named.id) else {
        return;
    };
    // the parser holds the bounds of named types
    w.tally.lowered |= !member.bounds.is_empty();
    w.mention(place);
    // within its own cycle, and deep inside other types, a reference stays one and the description goes:
    // else the text would never end, or grow with each level
    let lonely = !w.dialect.is(Dialect::Plain);
    if lonely && !member.doc.is_empty() && w.in_place < 2 && !w.closes_cycle(place) {
        let (around, optional) = (w.around, w.optional);
        w.around = Some(place);
        w.optional = false;
        w.in_place += 1;
        definition(w, named, member.doc);
        w.in_place -= 1;
        w.around = around;
        w.optional = optional;
        return;
    }
    w.tally.refer(place);
    w.wanted |= 1 << place;
    w.raw(",\"$ref\":\"#/$defs/");
    w.definitions.name(w.out, named);
    w.out.push("\"");
    if !lonely {
        describe(w, &Schema::Null, member);
    }
    extras(w, member);
}

/// Whether a literal is nothing.
pub(super) const fn is_null(literal: &Literal) -> bool {
    matches!(literal, Literal::Null)
}

/// The description of a variant beside that of its type.
pub(super) const fn doc_of<'a>(doc: Doc<'a>, variant: &'a str) -> Doc<'a> {
    if variant.is_empty() {
        doc
    } else {
        doc.with(variant)
    }
}
