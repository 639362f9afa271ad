//! The members of a schema object, for each kind of value.
use super::{
    bounds::{bounds, describe},
    collections::{array, map, tuple},
    enums::{Values, definition, values},
    record::record,
    unions::{any_of, is_any},
    writer::{Doc, Member, Writer},
};
use crate::{
    field::bounds_of,
    schema::{
        Body, Dialect, Format, Literal, Named, Refusal, Schema,
        leaf::{Leaf, leaf},
    },
};

/// The member `type`, alone and with null.
pub(super) type Kind = (&'static str, &'static str);
const STRING: Kind = (",\"type\":\"string\"", ",\"type\":[\"string\",\"null\"]");
const BOOLEAN: Kind = (",\"type\":\"boolean\"", ",\"type\":[\"boolean\",\"null\"]");
const INTEGER: Kind = (",\"type\":\"integer\"", ",\"type\":[\"integer\",\"null\"]");
const NUMBER: Kind = (",\"type\":\"number\"", ",\"type\":[\"number\",\"null\"]");
pub(super) const ARRAY: Kind = (",\"type\":\"array\"", ",\"type\":[\"array\",\"null\"]");
pub(super) const OBJECT: Kind = (",\"type\":\"object\"", ",\"type\":[\"object\",\"null\"]");
/// What schemars says of decimals.
const DECIMAL: Kind = (
    ",\"type\":[\"string\",\"number\"]",
    ",\"type\":[\"string\",\"number\",\"null\"]",
);

pub(super) const fn kind(w: &mut Writer<'_, '_, '_>, kind: Kind, nullable: bool) {
    if nullable {
        w.tally.union();
    }
    w.raw(if nullable { kind.1 } else { kind.0 });
}

/// The name of a number's width, unless it brings bounds of its own.
pub(super) const fn leaf_width(schema: &Schema) -> Option<&'static str> {
    match schema {
        Schema::Integer(name) => match bounds_of(name) {
            (None, None) => Some(name),
            _ => None,
        },
        Schema::Number(name) => Some(name),
        _ => Some(""),
    }
}

/// The members of one of the commonest types, of which `leaf_width` is known.
pub(super) const fn kind_of_leaf(w: &mut Writer<'_, '_, '_>, leaf: &Leaf, width: &str) {
    if w.plain && !width.is_empty() {
        w.out.push_three(leaf.json, ",\"format\":\"", width);
        w.raw("\"");
    } else {
        w.raw(leaf.json);
    }
}

/// A schema as a value.
pub(super) const fn object(w: &mut Writer<'_, '_, '_>, schema: &Schema) {
    if is_any(schema) {
        anything(w);
        w.out.push("true");
        return;
    }
    w.open();
    if let Some(leaf) = leaf(schema)
        && let Some(width) = leaf_width(schema)
    {
        kind_of_leaf(w, leaf, width);
    } else {
        members(w, schema, &Member::NONE);
    }
    w.close();
}

/// The members of a schema object.
pub(super) const fn members(w: &mut Writer<'_, '_, '_>, schema: &Schema, member: &Member<'_>) {
    let dialect = w.dialect;
    let nullable = member.nullable;
    match schema {
        Schema::Constrained(inner, own) => {
            let bounds = member.bounds.with(own.get());
            let doc = member.doc.with_meaning(own.get());
            let member = Member {
                doc,
                bounds,
                ..*member
            };
            return members(w, inner.get(), &member);
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
    // each guarded here: a call that has nothing to do costs compile time too
    if !member.bounds.is_empty() || matches!(schema, Schema::Integer(_)) {
        bounds(w, schema, &member.bounds);
    }
    let unsaid = match schema {
        Schema::Text | Schema::Boolean | Schema::Number(_) | Schema::List(_) => false,
        _ => !w.plain,
    };
    if member.doc.some || unsaid || !member.bounds.is_empty() || !member.note.is_empty() {
        describe(w, schema, member);
    }
    if w.plain {
        extras(w, member);
    }
}

/// Default and examples, which only the plain dialect has.
pub(super) const fn extras(w: &mut Writer<'_, '_, '_>, member: &Member<'_>) {
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
    if w.plain && !name.is_empty() {
        w.raw(",\"format\":\"");
        w.out.push(name);
        w.out.push("\"");
    }
}

pub(super) const fn anything(w: &mut Writer<'_, '_, '_>) {
    if !w.plain {
        w.tally.refuse(Refusal::Anything);
    }
}

const fn formatted(w: &mut Writer<'_, '_, '_>, format: Format, member: &Member<'_>) {
    let decimal = matches!(format, Format::Decimal) && w.plain;
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
    let lonely = !w.plain;
    if lonely && member.doc.some && w.in_place < 2 && !w.closes_cycle(place) {
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
