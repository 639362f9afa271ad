//! Bounds and fixed values in pydantic's JSON Schema.
use super::writer::Keys;
use crate::{
    constant::Out,
    schema::{Constraint, Literal, Schema, Variant},
};

/// Bounds in their places between the other keys: before `format`, before and after the item counts.
pub(super) const fn bounds(
    keys: &mut Keys<'_, '_>,
    shape: &Schema,
    constraints: &[Constraint],
    place: u8,
) {
    if constraints.is_empty() {
        return;
    }
    let order: &[&str] = match place {
        0 => &["exclusiveMaximum", "exclusiveMinimum"],
        1 => &[
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minProperties",
        ],
        _ => &["minimum", "multipleOf", "pattern"],
    };
    let (longest, shortest) = match shape {
        Schema::List(_) | Schema::Set(_) | Schema::Array(..) | Schema::Tuple(_) => {
            ("maxItems", "minItems")
        }
        Schema::Map(..) => ("maxProperties", "minProperties"),
        _ => ("maxLength", "minLength"),
    };
    let mut at = 0;
    while at < order.len() {
        let mut index = 0;
        while index < constraints.len() {
            let (key, limit) = match &constraints[index] {
                Constraint::Ge(limit) => ("minimum", Some(limit)),
                Constraint::Gt(limit) => ("exclusiveMinimum", Some(limit)),
                Constraint::Le(limit) => ("maximum", Some(limit)),
                Constraint::Lt(limit) => ("exclusiveMaximum", Some(limit)),
                Constraint::MultipleOf(limit) => ("multipleOf", Some(limit)),
                Constraint::MinLen(_) => (shortest, None),
                Constraint::MaxLen(_) => (longest, None),
                Constraint::Pattern(_) => ("pattern", None),
                Constraint::Meaning(_) => ("", None),
            };
            if crate::schema::definitions::equal(key, order[at]) {
                let out = keys.named(key);
                match (&constraints[index], limit) {
                    (_, Some(limit)) => out.push(limit.text.get()),
                    (Constraint::MinLen(len) | Constraint::MaxLen(len), _) => {
                        out.number(*len as i128);
                    }
                    (Constraint::Pattern(pattern), _) => out.json(pattern.get()),
                    _ => {}
                }
            }
            index += 1;
        }
        at += 1;
    }
}

pub(super) const fn literal_type(values: &[Literal]) -> &'static str {
    let mut found = "";
    let mut at = 0;
    while at < values.len() {
        let this = match values[at] {
            Literal::Text(_) => "string",
            Literal::Integer(_) => "integer",
            Literal::Boolean(_) => "boolean",
            // pydantic gives `None` by itself no type
            Literal::Null => "",
        };
        if at > 0 && !crate::schema::definitions::equal(found, this) {
            return "";
        }
        found = this;
        at += 1;
    }
    found
}

pub(super) const fn json_literal(out: &mut Out<'_>, value: &Literal) {
    match value {
        Literal::Text(text) => out.json(text.get()),
        Literal::Integer(number) => out.number(*number as i128),
        Literal::Boolean(true) => out.push("true"),
        Literal::Boolean(false) => out.push("false"),
        Literal::Null => out.push("null"),
    }
}

pub(super) const fn json_literals(out: &mut Out<'_>, values: &[Literal]) {
    let mut at = 0;
    while at < values.len() {
        out.push(if at > 0 { ", " } else { "[" });
        json_literal(out, &values[at]);
        at += 1;
    }
    out.push("]");
}

pub(super) const fn words_type(variants: &[Variant]) -> &'static str {
    match variants.first() {
        Some(Variant {
            value: Some(Literal::Integer(_)),
            ..
        }) => "integer",
        Some(Variant {
            value: Some(Literal::Boolean(_)),
            ..
        }) => "boolean",
        _ => "string",
    }
}
