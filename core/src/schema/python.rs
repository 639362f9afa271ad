//! Types in Python's words: the names DSPy prints, its notes for outputs, and pydantic's JSON Schema as
//! DSPy's chat adapter writes it (`type` first, then keys sorted; `, ` and `: ` between).
use super::{
    Body, Constraint, Definition, Definitions, FieldDef, Format, Literal, Named, Schema, Variant,
    definitions::less, leaf,
};
use crate::{
    constant::{Out, Ref},
    types::kind::Kind,
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
const fn class_name(out: &mut Out<'_>, named: &Named) {
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

/// What is written into an [`Out`], as text.
pub(crate) fn written(write: impl Fn(&mut Out<'_>)) -> String {
    let mut buffer = vec![0; 256];
    loop {
        let mut out = Out::new(&mut buffer);
        write(&mut out);
        let len = out.len();
        if len <= buffer.len() {
            buffer.truncate(len);
            return String::from_utf8_lossy(&buffer).into_owned();
        }
        buffer = vec![0; len];
    }
}

const fn names(out: &mut Out<'_>, schemas: &[Ref<Schema>]) {
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
const fn union_names(out: &mut Out<'_>, schema: &Schema, first: &mut bool) {
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

const fn literal_name(out: &mut Out<'_>, values: &[Literal]) {
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
const fn python_value(out: &mut Out<'_>, value: &Literal) {
    match value {
        Literal::Text(text) => out.push(text.get()),
        Literal::Integer(number) => out.number(*number as i128),
        Literal::Boolean(true) => out.push("True"),
        Literal::Boolean(false) => out.push("False"),
        Literal::Null => out.push("None"),
    }
}

const fn contains(text: &str, byte: u8) -> bool {
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
const fn repr(out: &mut Out<'_>, text: &str) {
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

/// DSPy's rule for an output, behind `# note: the value you produce `; nothing for text.
pub(crate) const fn python_note(out: &mut Out<'_>, schema: &Schema) {
    match schema.shape() {
        Schema::Text | Schema::Character => {}
        Schema::Boolean => note(out, "must be True or False"),
        Schema::Integer(_) => note(out, "must be a single int value"),
        Schema::Number(_) => note(out, "must be a single float value"),
        Schema::Literal(values) => {
            note(out, "must exactly match (no extra characters) one of: ");
            let values = values.get();
            let mut at = 0;
            while at < values.len() {
                if at > 0 {
                    out.push("; ");
                }
                python_value(out, &values[at]);
                at += 1;
            }
        }
        Schema::Named(named) if matches!(named.body(), Body::Words(_)) => {
            note(out, "must be one of: ");
            if let Body::Words(variants) = named.body() {
                let variants = variants.get();
                let mut at = 0;
                while at < variants.len() {
                    if at > 0 {
                        out.push("; ");
                    }
                    match &variants[at].value {
                        Some(value) => python_value(out, value),
                        None => out.push(variants[at].name.get()),
                    }
                    at += 1;
                }
            }
        }
        other => {
            note(out, "must adhere to the JSON schema: ");
            python_schema(out, other);
        }
    }
}

const fn note(out: &mut Out<'_>, rule: &str) {
    out.push(crate::adapter::framing::NOTE);
    out.push(rule);
}

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

/// What the writing of a schema must know of its surroundings.
struct Around<'a> {
    definitions: &'a Definitions<'a>,
    /// Definitions not to be listed: the root's own.
    skip: usize,
    /// At the root, where `$defs` go.
    root: bool,
}

/// What a property adds to the schema of its type.
struct Member<'a> {
    doc: &'a str,
    title: Option<&'a str>,
    default: Option<&'a str>,
    constraints: &'a [Constraint],
}
impl Member<'_> {
    const NONE: Member<'static> = Member {
        doc: "",
        title: None,
        default: None,
        constraints: &[],
    };
}

/// Writes members with a comma before each but the first.
struct Keys<'o, 'b> {
    out: &'o mut Out<'b>,
    first: bool,
}
impl<'b> Keys<'_, 'b> {
    /// A key as it stands, with the comma and the blank before it, which go if it comes first.
    const fn key(&mut self, key: &'static str) -> &mut Out<'b> {
        if self.first {
            self.first = false;
            self.out.push_without_comma(key);
        } else {
            self.out.push(key);
        }
        self.out
    }
    /// A key of which only the name is known.
    const fn named(&mut self, key: &'static str) -> &mut Out<'b> {
        self.key(", \"").push(key);
        self.out.push("\": ");
        self.out
    }
    /// A key with the quote that opens its value, and the value.
    const fn text(&mut self, key: &'static str, text: &str) {
        self.key(key).json_inner(text);
        self.out.push("\"");
    }
}

/// The members of a schema object in pydantic's order of keys.
const fn members(out: &mut Out<'_>, schema: &Schema, member: &Member<'_>, around: &Around<'_>) {
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
const fn property_names(keys: &mut Keys<'_, '_>, key: &Schema, around: &Around<'_>) {
    match key.shape() {
        Schema::Named(_) | Schema::Recursion(_) => {}
        Schema::Literal(values)
            if super::definitions::equal(literal_type(values.get()), "string") =>
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
const fn format_name(format: Format) -> &'static str {
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
const fn has_title(schema: &Schema) -> bool {
    match schema.shape() {
        Schema::Optional(inner) => has_title(inner.get()),
        Schema::Named(_) | Schema::Recursion(_) => false,
        _ => true,
    }
}

const fn object(out: &mut Out<'_>, schema: &Schema, around: &Around<'_>) {
    out.push("{");
    members(out, schema, &Member::NONE, around);
    out.push("}");
}

/// Options of a union in their order, but for `None`: pydantic says it last.
const fn options(out: &mut Out<'_>, schema: &Schema, first: &mut bool, around: &Around<'_>) {
    let mut null = false;
    some_options(out, schema, first, &mut null, around);
    if null {
        option(out, &Schema::Null, first, around);
    }
}

const fn some_options(
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

const fn option(out: &mut Out<'_>, schema: &Schema, first: &mut bool, around: &Around<'_>) {
    if !*first {
        out.push(", ");
    }
    *first = false;
    object(out, schema, around);
}

/// Bounds in their places between the other keys: before `format`, before and after the item counts.
const fn bounds(keys: &mut Keys<'_, '_>, shape: &Schema, constraints: &[Constraint], place: u8) {
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
            };
            if super::definitions::equal(key, order[at]) {
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

const fn literal_type(values: &[Literal]) -> &'static str {
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
        if at > 0 && !super::definitions::equal(found, this) {
            return "";
        }
        found = this;
        at += 1;
    }
    found
}

const fn json_literal(out: &mut Out<'_>, value: &Literal) {
    match value {
        Literal::Text(text) => out.json(text.get()),
        Literal::Integer(number) => out.number(*number as i128),
        Literal::Boolean(true) => out.push("true"),
        Literal::Boolean(false) => out.push("false"),
        Literal::Null => out.push("null"),
    }
}

const fn json_literals(out: &mut Out<'_>, values: &[Literal]) {
    let mut at = 0;
    while at < values.len() {
        out.push(if at > 0 { ", " } else { "[" });
        json_literal(out, &values[at]);
        at += 1;
    }
    out.push("]");
}

const fn reference(out: &mut Out<'_>, named: &Named, around: &Around<'_>) {
    out.push("\"#/$defs/");
    around.definitions.name(out, named);
    out.push("\"");
}

const fn definitions(out: &mut Out<'_>, around: &Around<'_>) {
    let order = around.definitions.sorted();
    let inner = Around {
        root: false,
        ..*around
    };
    let (mut at, mut first) = (0, true);
    while at < around.definitions.len() {
        if order[at] >= around.skip
            && let Some(named) = around.definitions.get(order[at])
        {
            out.push(if first { "{\"" } else { ", \"" });
            first = false;
            around.definitions.name(out, named);
            out.push("\": {");
            definition(out, named, &inner);
            out.push("}");
        }
        at += 1;
    }
    out.push("}");
}

/// The members of a named type's own schema.
const fn definition(out: &mut Out<'_>, named: &Named, around: &Around<'_>) {
    let Definition { body, .. } = named.definition.get();
    let own = Kind::of(named);
    let mut keys = Keys { out, first: true };
    match body {
        Body::Record(_) => {
            keys.key(", \"type\": \"object\"");
        }
        Body::Words(variants) => keys.text(", \"type\": \"", words_type(variants.get())),
        Body::Variants(_) => {}
    }
    if around.root && around.definitions.len() > around.skip {
        definitions(keys.key(", \"$defs\": "), around);
    }
    let inner = Around {
        root: false,
        ..*around
    };
    if let Some(own) = own
        && own.is_closed()
    {
        keys.key(", \"additionalProperties\": ").push("false");
    }
    if let Body::Variants(variants) = body {
        variant_options(keys.key(", \"anyOf\": "), variants.get(), &inner);
    }
    let doc = Kind::schema_doc(named);
    if !doc.is_empty() {
        keys.text(", \"description\": \"", doc);
    }
    match body {
        Body::Record(fields) => record(&mut keys, fields.get(), &inner),
        Body::Words(variants) => {
            let variants = variants.get();
            let out = keys.key(", \"enum\": ");
            let mut at = 0;
            while at < variants.len() {
                out.push(if at > 0 { ", " } else { "[" });
                match &variants[at].value {
                    Some(value) => json_literal(out, value),
                    None => out.json(variants[at].name.get()),
                }
                at += 1;
            }
            out.push("]");
        }
        Body::Variants(_) => {}
    }
    // a class of Python is called `Page[Person]`, though its definition is `Page_Person_`
    let out = keys.key(", \"title\": ");
    out.push("\"");
    class_name(out, named);
    out.push("\"");
}

const fn words_type(variants: &[Variant]) -> &'static str {
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

const fn record(keys: &mut Keys<'_, '_>, fields: &[FieldDef], around: &Around<'_>) {
    let out = keys.key(", \"properties\": ");
    out.push("{");
    let mut written = [false; 256];
    let mut done = 0;
    while done < fields.len() {
        // the least name that is not written yet; `type` sorts before all
        let mut best = usize::MAX;
        let mut at = 0;
        while at < fields.len() {
            if !written[at]
                && (best == usize::MAX || before(fields[at].name.get(), fields[best].name.get()))
            {
                best = at;
            }
            at += 1;
        }
        written[best] = true;
        let field = &fields[best];
        if done > 0 {
            out.push(", ");
        }
        done += 1;
        if let Some(spelled) = &field.spelled
            && spelled.bare
            && let Some(leaf) = leaf(field.schema.get())
        {
            out.piece(spelled.text, spelled.python, spelled.python_described);
            out.push(leaf.python);
            out.piece(spelled.text, spelled.python_described, spelled.end);
            continue;
        }
        out.json(field.name.get());
        out.push(": {");
        let hidden = match &field.dspy {
            Some(dspy) => dspy.get().default_hidden,
            None => false,
        };
        let default = match &field.default {
            Some(default) if !hidden => Some(default.get()),
            _ => None,
        };
        let member = Member {
            doc: field.doc.get(),
            title: Some(field.name.get()),
            default,
            constraints: field.constraints.get(),
        };
        members(out, field.schema.get(), &member, around);
        out.push("}");
    }
    out.push("}");
    let (mut at, mut first) = (0, true);
    while at < fields.len() {
        if fields[at].default.is_none() {
            if first {
                keys.key(", \"required\": ").push("[");
            } else {
                keys.out.push(", ");
            }
            first = false;
            keys.out.json(fields[at].name.get());
        }
        at += 1;
    }
    if !first {
        keys.out.push("]");
    }
}

const fn before(one: &str, two: &str) -> bool {
    use super::definitions::equal;
    equal(one, "type") || (!equal(two, "type") && less(one, two))
}

/// serde's external tagging: a word, or an object with one member.
const fn variant_options(out: &mut Out<'_>, variants: &[Variant], around: &Around<'_>) {
    let mut at = 0;
    while at < variants.len() {
        out.push(if at > 0 { ", {" } else { "[{" });
        let variant = &variants[at];
        match &variant.data {
            None => {
                out.push("\"type\": \"string\", \"const\": ");
                out.json(variant.name.get());
                description(out, variant.doc.get());
            }
            Some(data) => {
                out.push("\"type\": \"object\", \"additionalProperties\": false");
                description(out, variant.doc.get());
                out.push(", \"properties\": {");
                out.json(variant.name.get());
                out.push(": ");
                object(out, data.get(), around);
                out.push("}, \"required\": [");
                out.json(variant.name.get());
                out.push("]");
            }
        }
        out.push("}");
        at += 1;
    }
    out.push("]");
}

const fn description(out: &mut Out<'_>, doc: &str) {
    if !doc.is_empty() {
        out.push(", \"description\": ");
        out.json(doc);
    }
}

/// pydantic's title of a property: `full_name` is `Full Name`.
const fn title(out: &mut Out<'_>, name: &str) {
    out.push("\"");
    let bytes = name.as_bytes();
    let (mut at, mut start, mut word) = (0, 0, false);
    while at < bytes.len() {
        let byte = bytes[at];
        let changed = if byte == b'_' {
            b' '
        } else if word {
            byte.to_ascii_lowercase()
        } else {
            byte.to_ascii_uppercase()
        };
        word = byte.is_ascii_alphabetic() || byte >= 0x80;
        if changed != byte {
            out.part(name, start, at);
            out.char(changed as char);
            start = at + 1;
        }
        at += 1;
    }
    out.part(name, start, bytes.len());
    out.push("\"");
}
