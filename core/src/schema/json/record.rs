//! Objects with named members.
use super::{
    bounds::{Bounds, describe},
    members::members,
    writer::{Doc, Member, Writer, mentioned},
};
use crate::{
    adapter::system::REASONING,
    schema::{Dialect, FieldDef, Schema},
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
    describe(
        w,
        &Schema::Null,
        &Member {
            doc,
            ..Member::NONE
        },
    );
    w.tally.enter_object();
    w.raw(",\"properties\":");
    w.open();
    if reasoning {
        property(w, &REASONING);
    }
    let mut at = 0;
    while at < fields.len() {
        if root {
            w.tally.enter_output(at);
        }
        property(w, &fields[at]);
        at += 1;
    }
    w.close();
    w.tally.leave_object();
    required(w, fields, reasoning);
    if w.dialect.closed() {
        w.raw(",\"additionalProperties\":false");
    }
    if w.dialect.is(Dialect::Gemini) && (reasoning || !fields.is_empty()) {
        w.raw(",\"propertyOrdering\":[");
        names(w, fields, reasoning, true);
        w.out.push("]");
    }
}

const fn required(w: &mut Writer<'_, '_, '_>, fields: &[FieldDef], reasoning: bool) {
    // OpenAI wants the list even when it is empty
    let mut any = reasoning || w.dialect.closed();
    let mut at = 0;
    while at < fields.len() {
        any |= is_required(w, &fields[at]);
        at += 1;
    }
    if any {
        w.raw(",\"required\":[");
        names(w, fields, reasoning, false);
        w.out.push("]");
    }
}

const fn names(w: &mut Writer<'_, '_, '_>, fields: &[FieldDef], reasoning: bool, all: bool) {
    if reasoning {
        w.out.push("\"reasoning\"");
    }
    let (mut at, mut first) = (0, !reasoning);
    while at < fields.len() {
        if all || is_required(w, &fields[at]) {
            w.out.push(if first { "\"" } else { ",\"" });
            w.out.json_inner(fields[at].name.get());
            w.out.push("\"");
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

const fn property(w: &mut Writer<'_, '_, '_>, field: &FieldDef) {
    let plain = w.dialect.is(Dialect::Plain);
    let mut schema = field.schema.get();
    let mut member = Member {
        doc: Doc::of(field.doc.get()),
        bounds: Bounds::NONE.with(field.constraints.get()),
        default: match &field.default {
            Some(default) if plain => Some(default.get()),
            _ => None,
        },
        examples: if plain { field.examples.get() } else { &[] },
        ..Member::NONE
    };
    if field.is_optional() {
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
            }
            Dialect::Gemini | Dialect::Plain => {}
        }
    } else if w.dialect.is(Dialect::Gemini) && closes_cycle_as_list(w, field) {
        member.note = "may be left out when empty";
    }
    w.tally.property(field.name.get());
    w.key(field.name.get());
    let around = w.optional;
    w.optional |= !is_required(w, field);
    w.open();
    members(w, schema, &member);
    w.close();
    w.optional = around;
}

/// Below `Option`.
const fn unwrapped<'a>(mut schema: &'a Schema, member: &mut Member<'a>) -> &'a Schema {
    loop {
        schema = match schema {
            Schema::Constrained(inner, constraints) => {
                member.bounds = member.bounds.with(constraints.get());
                inner.get()
            }
            Schema::Printed(inner, _) | Schema::Optional(inner) => inner.get(),
            other => return other,
        };
    }
}
