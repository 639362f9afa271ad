//! The names that DSPy prints for types.
use crate::{
    constant::{Out, Ref, written},
    schema::{Format, Literal, Named, Schema},
};

/// The name DSPy prints: `list[str]`, `Union[int, NoneType]`.
pub(crate) const fn python_name(out: &mut Out<'_>, schema: &Schema) {
    match schema {
        Schema::Text | Schema::Character => out.push("str"),
        Schema::Boolean => out.push("bool"),
        Schema::Integer(_) => out.push("int"),
        Schema::Number(_) => out.push("float"),
        Schema::Null => out.push("NoneType"),
        Schema::Any | Schema::Recursion(_) => out.push("Any"),
        Schema::Formatted(format) => out.push(match format {
            Format::DateTime | Format::LocalDateTime | Format::ZonedDateTime => "datetime",
            Format::Date => "date",
            Format::Time | Format::LocalTime => "time",
            Format::Duration => "timedelta",
            Format::Decimal => "Decimal",
            Format::Uuid => "UUID",
            Format::Ip => "IPvAnyAddress",
            Format::Ipv4 => "IPv4Address",
            Format::Ipv6 => "IPv6Address",
            Format::Bytes => "bytes",
            Format::Complex => "complex",
        }),
        Schema::List(item) | Schema::Array(item, _) => {
            out.push("list[");
            python_name(out, item.get());
            out.push("]");
        }
        Schema::Set(item) => {
            out.push("set[");
            python_name(out, item.get());
            out.push("]");
        }
        Schema::Map(key, value) => {
            out.push("dict[");
            python_name(out, key.get());
            out.push(", ");
            python_name(out, value.get());
            out.push("]");
        }
        Schema::Tuple(items) => {
            out.push("tuple[");
            names(out, items.get());
            if items.get().is_empty() {
                out.push("()");
            }
            out.push("]");
        }
        Schema::Optional(_) | Schema::Union(_) => {
            out.push("Union[");
            let mut first = true;
            union_names(out, schema, &mut first);
            out.push("]");
        }
        Schema::Literal(values) => literal_name(out, values.get()),
        Schema::Constrained(inner, _) => python_name(out, inner.get()),
        Schema::Named(named) => class_name(out, named),
        Schema::Inline(_) => out.push("dict[str, Any]"),
        Schema::Printed(_, name) => out.push(name.get()),
    }
}

/// `Page[Person]`
pub(super) const fn class_name(out: &mut Out<'_>, named: &Named) {
    out.push(named.name.get());
    let arguments = named.arguments.get();
    if !arguments.is_empty() {
        out.push("[");
        names(out, arguments);
        out.push("]");
    }
}

/// [`python_name`] as text.
pub(crate) fn python_text(schema: &Schema) -> String {
    written(|out| python_name(out, schema))
}

pub(super) const fn names(out: &mut Out<'_>, schemas: &[Ref<Schema>]) {
    let mut at = 0;
    while at < schemas.len() {
        if at > 0 {
            out.push(", ");
        }
        python_name(out, schemas[at].get());
        at += 1;
    }
}

/// Python flattens unions inside unions.
pub(super) const fn union_names(out: &mut Out<'_>, schema: &Schema, first: &mut bool) {
    match schema {
        Schema::Optional(inner) => {
            union_names(out, inner.get(), first);
            union_names(out, &Schema::Null, first);
        }
        Schema::Union(options) => {
            let options = options.get();
            let mut at = 0;
            while at < options.len() {
                union_names(out, options[at].get(), first);
                at += 1;
            }
        }
        other => {
            if !*first {
                out.push(", ");
            }
            *first = false;
            python_name(out, other);
        }
    }
}

pub(super) const fn literal_name(out: &mut Out<'_>, values: &[Literal]) {
    out.push("Literal[");
    let mut at = 0;
    while at < values.len() {
        if at > 0 {
            out.push(", ");
        }
        match &values[at] {
            Literal::Text(text) => repr(out, text.get()),
            other => python_value(out, other),
        }
        at += 1;
    }
    out.push("]");
}

/// `str(value)` of Python.
pub(super) const fn python_value(out: &mut Out<'_>, value: &Literal) {
    match value {
        Literal::Text(text) => out.push(text.get()),
        Literal::Integer(number) => out.number(*number as i128),
        Literal::Boolean(true) => out.push("True"),
        Literal::Boolean(false) => out.push("False"),
        Literal::Null => out.push("None"),
    }
}

pub(super) const fn contains(text: &str, byte: u8) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == byte {
            return true;
        }
        at += 1;
    }
    false
}

/// Quotes as DSPy does, which is `repr` but for what needs an escape: a line break stays one, a backslash
/// stays single.
pub(super) const fn repr(out: &mut Out<'_>, text: &str) {
    let double = contains(text, b'\'') && !contains(text, b'"');
    let quote = if double { "\"" } else { "'" };
    out.push(quote);
    if !double && contains(text, b'\'') {
        let bytes = text.as_bytes();
        let (mut at, mut start) = (0, 0);
        while at < bytes.len() {
            if bytes[at] == b'\'' {
                out.part(text, start, at);
                out.push("\\");
                start = at;
            }
            at += 1;
        }
        out.part(text, start, bytes.len());
    } else {
        out.push(text);
    }
    out.push(quote);
}
