//! Choices: unions, and what may be null.
use super::{
    bounds::describe,
    members::{anything, extras, members},
    writer::{Member, Writer},
};
use crate::schema::Schema;

/// Whether every value fits.
pub(super) const fn is_any(schema: &Schema) -> bool {
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

/// A choice; a description stands beside it, bounds with each option that they mean something for.
pub(super) const fn any_of(w: &mut Writer<'_, '_, '_>, schema: &Schema, member: &Member<'_>) {
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
