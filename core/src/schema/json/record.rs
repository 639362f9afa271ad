//! Objects with named members.
use super::{
    bounds::{Bounds, describe},
    members::{kind_of_leaf, leaf_width, members},
    writer::{Doc, Member, Writer, mentioned},
};
use crate::{
    adapter::system::REASONING,
    schema::{
        Dialect, FieldDef, Schema, Spelled,
        leaf::{Leaf, leaf},
    },
};

/// The members of the schema of a record; a reasoning comes first if it is asked for.
pub(super) const fn record(
    w: &mut Writer<'_, '_, '_>,
    fields: &[FieldDef],
    reasoning: bool,
    doc: Doc<'_>,
) {
    let root = w.around.is_none() && w.in_place == 0;
    w.raw(",\"type\":\"object\"");
    if doc.some {
        let member = Member {
            doc,
            ..Member::NONE
        };
        describe(w, &Schema::Null, &member);
    }
    w.tally.enter_object();
    w.raw(",\"properties\":");
    w.open();
    if reasoning {
        property(w, &REASONING);
    }
    let (mut at, len) = (0, fields.len());
    let mut needed: Needed = 0;
    while at < len {
        if root {
            w.tally.enter_output(at);
        }
        if property(w, &fields[at]) {
            needed |= 1 << (at % LISTED);
        }
        at += 1;
    }
    w.close();
    w.tally.leave_object();
    // OpenAI wants the list even when it is empty
    if reasoning || needed != 0 || w.dialect.closed() {
        w.raw(",\"required\":[");
        names(
            w,
            fields,
            reasoning,
            if len <= LISTED { Some(needed) } else { None },
        );
        w.out.push("]");
    }
    if w.dialect.closed() {
        w.raw(",\"additionalProperties\":false");
    }
    if w.dialect.is(Dialect::Gemini) && (reasoning || len > 0) {
        w.raw(",\"propertyOrdering\":[");
        names(w, fields, reasoning, Some(Needed::MAX));
        w.out.push("]");
    }
}

/// Fields by their places, a bit each.
type Needed = u128;
/// Of more fields than this it is asked again whether they must be there.
const LISTED: usize = 128;

/// The names of some fields; without a list, of those that must be there.
const fn names(
    w: &mut Writer<'_, '_, '_>,
    fields: &[FieldDef],
    reasoning: bool,
    some: Option<Needed>,
) {
    if reasoning {
        w.out.push("\"reasoning\"");
    }
    let (mut at, mut first, len) = (0, !reasoning, fields.len());
    while at < len {
        let listed = match some {
            Some(Needed::MAX) => true,
            Some(some) => some & (1 << at) != 0,
            None => is_required(w, &fields[at]),
        };
        if listed {
            if let Some(spelled) = &fields[at].spelled {
                // the key without what follows it, and for the first without the comma
                w.out.piece(
                    spelled.text,
                    spelled.key + first as usize,
                    spelled.described - 2,
                );
            } else {
                w.out.push(if first { "\"" } else { ",\"" });
                w.out.json_inner(fields[at].name.get());
                w.out.push("\"");
            }
            first = false;
        }
        at += 1;
    }
}

/// Whether a property must be there.
///
/// OpenAI requires all: null stands for a missing value. Gemini unrolls a recursive type only below
/// properties that may be missing, so that a list which closes the cycle may be: the parser reads a
/// missing one as empty.
const fn is_required(w: &Writer<'_, '_, '_>, field: &FieldDef) -> bool {
    match w.dialect {
        Dialect::OpenAi => true,
        Dialect::Gemini => !field.is_optional() && !closes_cycle_as_list(w, field),
        _ => !field.is_optional(),
    }
}

const fn closes_cycle_as_list(w: &Writer<'_, '_, '_>, field: &FieldDef) -> bool {
    let schema = field.schema.get();
    if w.around.is_none()
        || !matches!(
            schema.shape(),
            Schema::List(_) | Schema::Set(_) | Schema::Map(..)
        )
    {
        return false;
    }
    let mut places = mentioned(w.definitions, schema);
    while places != 0 {
        if w.closes_cycle(places.trailing_zeros() as usize) {
            return true;
        }
        places &= places - 1;
    }
    false
}

/// A property; whether it must be there.
const fn property(w: &mut Writer<'_, '_, '_>, field: &FieldDef) -> bool {
    if let Some(spelled) = &field.spelled
        && spelled.bare
        && let Some(leaf) = leaf(field.schema.get())
        && let Some(width) = leaf_width(field.schema.get())
    {
        bare(w, field, spelled, leaf, width);
        return true;
    }
    let plain = w.plain;
    let optional = field.is_optional();
    let mut required = true;
    let mut schema = field.schema.get();
    let mut member = Member {
        doc: Doc::of_field(field),
        bounds: Bounds::NONE.with(field.constraints.get()),
        default: match &field.default {
            Some(default) if plain => Some(default.get()),
            _ => None,
        },
        examples: if plain { field.examples.get() } else { &[] },
        ..Member::NONE
    };
    if optional {
        w.tally.lowered |= field.default.is_some();
        match w.dialect {
            // null stands for a missing value
            Dialect::OpenAi => {
                member.nullable = true;
                w.tally.lowered = true;
            }
            // a missing value is a missing member: of those it takes more than of unions with null
            Dialect::Anthropic => {
                schema = unwrapped(schema, &mut member);
                w.tally.optional();
                w.tally.lowered = true;
                required = false;
            }
            Dialect::Gemini | Dialect::Plain => required = false,
        }
    } else if w.dialect.is(Dialect::Gemini) && closes_cycle_as_list(w, field) {
        member.note = "may be left out when empty";
        required = false;
    }
    w.tally.property(field.name.get());
    w.member(field);
    let around = w.optional;
    w.optional |= !required;
    members(w, schema, &member);
    w.close();
    w.optional = around;
    required
}

/// A property of one of the commonest types, with nothing to it but its description.
const fn bare(
    w: &mut Writer<'_, '_, '_>,
    field: &FieldDef,
    spelled: &Spelled,
    leaf: &Leaf,
    width: &str,
) {
    w.tally.property(field.name.get());
    w.member(field);
    kind_of_leaf(w, leaf, width);
    if spelled.described == spelled.python {
        w.close();
    } else {
        w.out.piece(spelled.text, spelled.described, spelled.python);
        w.raw("\"}");
    }
}

/// Below `Option`.
const fn unwrapped<'a>(mut schema: &'a Schema, member: &mut Member<'a>) -> &'a Schema {
    loop {
        schema = match schema {
            Schema::Constrained(inner, constraints) => {
                member.bounds = member.bounds.with(constraints.get());
                member.doc = member.doc.with_meaning(constraints.get());
                inner.get()
            }
            Schema::Printed(inner, _) | Schema::Optional(inner) => inner.get(),
            other => return other,
        };
    }
}
