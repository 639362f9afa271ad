//! pydantic's JSON Schema of a type.
use super::{
    definitions::{definition, definitions, record, reference},
    values::{bounds, json_literal, json_literals, literal_type},
    writer::{Around, Keys, Member, title},
};
use crate::{
    constant::Out,
    schema::{Body, Definitions, Format, Schema, leaf},
};

/// pydantic's JSON Schema of a type by itself.
pub(crate) const fn python_schema(out: &mut Out<'_>, schema: &Schema) {
    let definitions = Definitions::of(schema);
    let around = Around {
        definitions: &definitions,
        skip: 0,
        root: true,
    };
    out.push("{");
    match schema.shape() {
        // the root is written in place, unless it contains itself
        Schema::Named(named) if !Definitions::is_recursive(named) => {
            definition(out, named, &Around { skip: 1, ..around });
        }
        _ => members(out, schema, &Member::NONE, &around),
    }
    out.push("}");
}

/// The members of a schema object in pydantic's order of keys.
pub(super) const fn members(
    out: &mut Out<'_>,
    schema: &Schema,
    member: &Member<'_>,
    around: &Around<'_>,
) {
    if let Schema::Constrained(inner, constraints) = schema {
        let member = Member {
            constraints: constraints.get(),
            ..*member
        };
        return members(out, inner.get(), &member, around);
    }
    let shape = schema.shape();
    let mut keys = Keys { out, first: true };
    let type_name = match shape {
        Schema::Formatted(Format::Decimal) => "",
        Schema::Character | Schema::Formatted(_) => "string",
        Schema::Null => "null",
        Schema::List(_) | Schema::Set(_) | Schema::Array(..) | Schema::Tuple(_) => "array",
        Schema::Map(..) | Schema::Inline(_) => "object",
        Schema::Literal(values) => literal_type(values.get()),
        _ => "",
    };
    if let Some(leaf) = leaf(shape) {
        keys.first = false;
        keys.out.push(leaf.python);
    } else if !type_name.is_empty() {
        keys.text(", \"type\": \"", type_name);
    }
    if around.root && around.definitions.len() > around.skip {
        definitions(keys.key(", \"$defs\": "), around);
    }
    let inner = Around {
        root: false,
        ..*around
    };
    match shape {
        Schema::Named(named) => reference(keys.key(", \"$ref\": "), named, around),
        Schema::Recursion(id) => {
            if let Some(named) = around.definitions.find(*id) {
                reference(keys.key(", \"$ref\": "), named, around);
            }
        }
        Schema::Map(_, value) => {
            let out = keys.key(", \"additionalProperties\": ");
            if matches!(value.get().shape(), Schema::Any) {
                out.push("true");
            } else {
                object(out, value.get(), &inner);
            }
        }
        Schema::Optional(_) | Schema::Union(_) => {
            let out = keys.key(", \"anyOf\": ");
            out.push("[");
            let mut first = true;
            options(out, shape, &mut first, &inner);
            out.push("]");
        }
        Schema::Formatted(Format::Decimal) => {
            keys.key(", \"anyOf\": ")
                .push("[{\"type\": \"number\"}, {\"type\": \"string\"}]");
        }
        Schema::Literal(values) if values.get().len() == 1 => {
            let out = keys.key(", \"const\": ");
            json_literal(out, &values.get()[0]);
        }
        _ => {}
    }
    if let Some(default) = member.default {
        keys.key(", \"default\": ").push(default);
    }
    if !member.doc.is_empty() {
        keys.text(", \"description\": \"", member.doc);
    }
    if let Schema::Literal(values) = shape
        && values.get().len() > 1
    {
        json_literals(keys.key(", \"enum\": "), values.get());
    }
    bounds(&mut keys, shape, member.constraints, 0);
    match shape {
        Schema::Formatted(format) => {
            let name = format_name(*format);
            if !name.is_empty() {
                keys.text(", \"format\": \"", name);
            }
        }
        Schema::List(item) | Schema::Set(item) | Schema::Array(item, _) => {
            object(keys.key(", \"items\": "), item.get(), &inner);
        }
        _ => {}
    }
    bounds(&mut keys, shape, member.constraints, 1);
    let length = match shape {
        Schema::Tuple(items) => Some(items.get().len()),
        Schema::Array(_, len) => Some(*len),
        _ => None,
    };
    if let Some(len) = length {
        keys.key(", \"maxItems\": ").number(len as i128);
        keys.key(", \"minItems\": ").number(len as i128);
    }
    bounds(&mut keys, shape, member.constraints, 2);
    if let Schema::Inline(definition) = shape
        && let Body::Record(fields) = &definition.get().body
    {
        record(&mut keys, fields.get(), &inner);
    }
    if let Schema::Tuple(items) = shape {
        let out = keys.key(", \"prefixItems\": ");
        let items = items.get();
        let mut at = 0;
        while at < items.len() {
            out.push(if at > 0 { ", " } else { "[" });
            object(out, items[at].get(), &inner);
            at += 1;
        }
        out.push("]");
    }
    if let Schema::Map(key, _) = shape {
        property_names(&mut keys, key.get(), &inner);
    }
    if let Some(name) = member.title
        && has_title(shape)
    {
        title(keys.key(", \"title\": "), name);
    }
    if matches!(shape, Schema::Set(_)) {
        keys.key(", \"uniqueItems\": ").push("true");
    }
}

/// What pydantic says of a map's names: nothing of plain text, numbers and booleans.
pub(super) const fn property_names(keys: &mut Keys<'_, '_>, key: &Schema, around: &Around<'_>) {
    match key.shape() {
        Schema::Named(_) | Schema::Recursion(_) => {}
        Schema::Literal(values)
            if crate::schema::definitions::equal(literal_type(values.get()), "string") =>
        {
            let values = values.get();
            let out = keys.key(", \"propertyNames\": ");
            if values.len() == 1 {
                out.push("{\"const\": ");
                json_literal(out, &values[0]);
            } else {
                out.push("{\"enum\": ");
                json_literals(out, values);
            }
            out.push("}");
            return;
        }
        Schema::Formatted(format) => {
            let format = format_name(*format);
            if !format.is_empty() {
                let out = keys.key(", \"propertyNames\": ");
                out.push("{\"format\": \"");
                out.push(format);
                out.push("\"}");
            }
            return;
        }
        _ => return,
    }
    object(keys.key(", \"propertyNames\": "), key, around);
}

/// The word of JSON Schema for a text of a special form; empty if there is none.
pub(super) const fn format_name(format: Format) -> &'static str {
    match format {
        Format::DateTime | Format::LocalDateTime | Format::ZonedDateTime => "date-time",
        Format::Date => "date",
        Format::Time | Format::LocalTime => "time",
        Format::Duration => "duration",
        Format::Uuid => "uuid",
        Format::Ip => "ipvanyaddress",
        Format::Ipv4 => "ipv4",
        Format::Ipv6 => "ipv6",
        Format::Bytes => "binary",
        Format::Decimal | Format::Complex => "",
    }
}

/// pydantic titles a property unless its type is a model or an enum, nullable or not.
pub(super) const fn has_title(schema: &Schema) -> bool {
    match schema.shape() {
        Schema::Optional(inner) => has_title(inner.get()),
        Schema::Named(_) | Schema::Recursion(_) => false,
        _ => true,
    }
}

pub(super) const fn object(out: &mut Out<'_>, schema: &Schema, around: &Around<'_>) {
    out.push("{");
    members(out, schema, &Member::NONE, around);
    out.push("}");
}

/// Options of a union in their order, but for `None`: pydantic says it last.
pub(super) const fn options(
    out: &mut Out<'_>,
    schema: &Schema,
    first: &mut bool,
    around: &Around<'_>,
) {
    let mut null = false;
    some_options(out, schema, first, &mut null, around);
    if null {
        option(out, &Schema::Null, first, around);
    }
}

pub(super) const fn some_options(
    out: &mut Out<'_>,
    schema: &Schema,
    first: &mut bool,
    null: &mut bool,
    around: &Around<'_>,
) {
    match schema.shape() {
        Schema::Optional(inner) => {
            some_options(out, inner.get(), first, null, around);
            *null = true;
        }
        Schema::Union(all) => {
            let all = all.get();
            let mut at = 0;
            while at < all.len() {
                some_options(out, all[at].get(), first, null, around);
                at += 1;
            }
        }
        Schema::Null => *null = true,
        _ => option(out, schema, first, around),
    }
}

pub(super) const fn option(
    out: &mut Out<'_>,
    schema: &Schema,
    first: &mut bool,
    around: &Around<'_>,
) {
    if !*first {
        out.push(", ");
    }
    *first = false;
    object(out, schema, around);
}
