//! JSON Schema of a signature, in each dialect.
use super::{
    Body, Constraint, Definition, Definitions, Dialect, FieldDef, Literal, Named, Schema, Variant,
    dialect::{Fit, fit},
};
use crate::{adapter::system::REASONING, constant::{Out, Ref}, signature::SignatureDef};

/// The schema of the outputs; nothing when the dialect refuses them.
pub(crate) const fn outputs(out: &mut Out<'_>, dialect: Dialect, signature: &SignatureDef, reasoning: bool) {
    if !matches!(fit(dialect, signature, reasoning), Fit::Refused(_)) {
        root(out, dialect, signature.name.get(), signature.outputs.get(), reasoning);
    }
}

/// The schema of the inputs.
pub(crate) const fn inputs(out: &mut Out<'_>, dialect: Dialect, signature: &SignatureDef) {
    root(out, dialect, signature.name.get(), signature.inputs.get(), false);
}

const fn root(out: &mut Out<'_>, dialect: Dialect, name: &str, fields: &[FieldDef], reasoning: bool) {
    let definitions = Definitions::of_fields(fields);
    let around = Around { dialect, definitions: &definitions };
    out.push("{");
    let mut keys = Keys { out, first: true };
    if dialect.is(Dialect::Plain) {
        keys.text("$schema", "https://json-schema.org/draft/2020-12/schema");
        keys.text("title", name);
    }
    record(&mut keys, "", fields, reasoning, &around);
    if definitions.len() > 0 {
        let out = keys.key("$defs");
        let mut at = 0;
        while let Some(named) = definitions.get(at) {
            out.push(if at > 0 { ",\"" } else { "{\"" });
            definitions.name(out, named);
            out.push("\":{");
            definition(out, named, &around);
            out.push("}");
            at += 1;
        }
        out.push("}");
    }
    out.push("}");
}

/// The schema of one type by itself, in the plain dialect.
pub fn of_type(schema: &Schema) -> String {
    let mut buffer = vec![0; 4096];
    loop {
        let mut out = Out::new(&mut buffer);
        let definitions = Definitions::of(schema);
        let around = Around { dialect: Dialect::Plain, definitions: &definitions };
        out.push("{");
        members(&mut out, schema, &Member::NONE, &around);
        let mut at = 0;
        while let Some(named) = definitions.get(at) {
            // a named root is a `$ref`, so something stands before this
            out.push(if at > 0 { ",\"" } else { ",\"$defs\":{\"" });
            definitions.name(&mut out, named);
            out.push("\":{");
            definition(&mut out, named, &around);
            out.push("}");
            at += 1;
        }
        out.push(if at > 0 { "}}" } else { "}" });
        let len = out.len();
        if len <= buffer.len() {
            buffer.truncate(len);
            return String::from_utf8_lossy(&buffer).into_owned();
        }
        buffer = vec![0; len];
    }
}

struct Around<'a> {
    dialect: Dialect,
    definitions: &'a Definitions<'a>,
}

/// What a property adds to the schema of its type.
struct Member<'a> {
    doc: &'a str,
    constraints: &'a [Constraint],
    default: Option<&'a str>,
    examples: &'a [Ref<str>],
}
impl Member<'_> {
    const NONE: Member<'static> = Member { doc: "", constraints: &[], default: None, examples: &[] };
}

struct Keys<'o, 'b> {
    out: &'o mut Out<'b>,
    first: bool,
}
impl<'b> Keys<'_, 'b> {
    const fn key(&mut self, key: &str) -> &mut Out<'b> {
        self.out.push(if self.first { "\"" } else { ",\"" });
        self.first = false;
        self.out.push(key);
        self.out.push("\":");
        self.out
    }
    const fn text(&mut self, key: &str, text: &str) {
        self.key(key).json(text);
    }
    const fn number(&mut self, key: &str, number: usize) {
        self.key(key).number(number as i128);
    }
}

const fn record(keys: &mut Keys<'_, '_>, doc: &str, fields: &[FieldDef], reasoning: bool, around: &Around<'_>) {
    keys.text("type", "object");
    if !doc.is_empty() {
        keys.text("description", doc);
    }
    let out = keys.key("properties");
    out.push("{");
    if reasoning {
        property(out, &REASONING, true, around);
    }
    let mut at = 0;
    while at < fields.len() {
        property(out, &fields[at], at == 0 && !reasoning, around);
        at += 1;
    }
    out.push("}");
    let (mut at, mut first) = (0, true);
    let out = keys.key("required");
    out.push("[");
    if reasoning {
        out.push("\"reasoning\"");
        first = false;
    }
    while at < fields.len() {
        if around.dialect.closed() || !fields[at].is_optional() {
            if !first {
                out.push(",");
            }
            first = false;
            out.json(fields[at].name.get());
        }
        at += 1;
    }
    out.push("]");
    if around.dialect.closed() {
        keys.key("additionalProperties").push("false");
    }
    if around.dialect.is(Dialect::Gemini) {
        let out = keys.key("propertyOrdering");
        out.push(if reasoning { "[\"reasoning\"" } else { "[" });
        let mut at = 0;
        while at < fields.len() {
            if at > 0 || reasoning {
                out.push(",");
            }
            out.json(fields[at].name.get());
            at += 1;
        }
        out.push("]");
    }
}

const fn property(out: &mut Out<'_>, field: &FieldDef, first: bool, around: &Around<'_>) {
    if !first {
        out.push(",");
    }
    out.json(field.name.get());
    out.push(":{");
    let plain = around.dialect.is(Dialect::Plain);
    let member = Member {
        doc: field.doc.get(),
        constraints: field.constraints.get(),
        default: match &field.default {
            Some(default) if plain => Some(default.get()),
            _ => None,
        },
        examples: if plain { field.examples.get() } else { &[] },
    };
    // a default lets the value be missing: in a closed dialect that is null
    if field.default.is_some()
        && around.dialect.closed()
        && !matches!(field.schema.get().shape(), Schema::Optional(_))
    {
        out.push("\"anyOf\":[{");
        members(out, field.schema.get(), &member, around);
        out.push("},{\"type\":\"null\"}]");
    } else {
        members(out, field.schema.get(), &member, around);
    }
    out.push("}");
}

/// The members of a schema object.
const fn members(out: &mut Out<'_>, schema: &Schema, member: &Member<'_>, around: &Around<'_>) {
    match schema {
        Schema::Constrained(inner, constraints) => {
            let member = Member { constraints: constraints.get(), ..*member };
            return members(out, inner.get(), &member, around);
        }
        Schema::Printed(inner, _) => return members(out, inner.get(), member, around),
        _ => {}
    }
    let dialect = around.dialect;
    let mut keys = Keys { out, first: true };
    match schema {
        Schema::Text => keys.text("type", "string"),
        Schema::Character => {
            keys.text("type", "string");
            if dialect.is(Dialect::Plain) {
                keys.number("minLength", 1);
                keys.number("maxLength", 1);
            }
        }
        Schema::Boolean => keys.text("type", "boolean"),
        Schema::Integer(name) => integer(&mut keys, name, dialect),
        Schema::Number(name) => {
            keys.text("type", "number");
            if dialect.is(Dialect::Plain) && !name.is_empty() {
                keys.text("format", name);
            }
        }
        Schema::Null => keys.text("type", "null"),
        Schema::Any | Schema::Union(_) => {}
        Schema::Formatted(super::Format::Decimal) => {
            keys.key("anyOf").push("[{\"type\":\"number\"},{\"type\":\"string\"}]");
        }
        Schema::Formatted(format) => {
            keys.text("type", "string");
            if let Some(name) = dialect.format(*format) {
                keys.text("format", name);
            }
        }
        Schema::List(item) | Schema::Set(item) => {
            keys.text("type", "array");
            object(keys.key("items"), item.get(), around);
            if matches!(schema, Schema::Set(_)) && dialect.is(Dialect::Plain) {
                keys.key("uniqueItems").push("true");
            }
        }
        Schema::Array(item, len) => {
            keys.text("type", "array");
            object(keys.key("items"), item.get(), around);
            if !dialect.is(Dialect::Anthropic) {
                keys.number("minItems", *len);
                keys.number("maxItems", *len);
            }
        }
        Schema::Map(key, value) if dialect.lists_maps() => {
            keys.text("type", "array");
            let out = keys.key("items");
            out.push("{\"type\":\"object\",\"properties\":{\"key\":");
            object(out, key.get(), around);
            out.push(",\"value\":");
            object(out, value.get(), around);
            out.push("},\"required\":[\"key\",\"value\"],\"additionalProperties\":false}");
        }
        Schema::Map(_, value) => {
            keys.text("type", "object");
            if matches!(value.get().shape(), Schema::Any) {
                keys.key("additionalProperties").push("true");
            } else {
                object(keys.key("additionalProperties"), value.get(), around);
            }
        }
        Schema::Tuple(items) if dialect.numbers_tuples() => numbered(&mut keys, items.get(), around),
        Schema::Tuple(items) => {
            keys.text("type", "array");
            let items = items.get();
            list(keys.key("prefixItems"), items, around);
            keys.number("minItems", items.len());
            keys.number("maxItems", items.len());
        }
        Schema::Optional(_) => {}
        Schema::Literal(values) => literals(&mut keys, values.get()),
        Schema::Named(named) => reference(&mut keys, named, member, around),
        Schema::Recursion(id) => {
            if let Some(named) = around.definitions.find(*id) {
                reference(&mut keys, named, member, around);
            }
        }
        Schema::Inline(definition) => {
            if let Body::Record(fields) = &definition.get().body {
                record(&mut keys, "", fields.get(), false, around);
            }
        }
        Schema::Constrained(..) | Schema::Printed(..) => {}
    }
    if matches!(schema, Schema::Optional(_) | Schema::Union(_)) {
        let out = keys.key("anyOf");
        let mut first = true;
        out.push("[");
        options(out, schema, &mut first, member.constraints, around);
        out.push("]");
    } else {
        constraints(&mut keys, schema, member.constraints, dialect);
    }
    describe(&mut keys, schema, member, dialect);
    if let Some(default) = member.default {
        keys.key("default").push(default);
    }
    if !member.examples.is_empty() {
        let out = keys.key("examples");
        let mut at = 0;
        while at < member.examples.len() {
            out.push(if at > 0 { "," } else { "[" });
            out.push(member.examples[at].get());
            at += 1;
        }
        out.push("]");
    }
}

/// Widths of Rust's integers, as schemars says them: 8 and 16 bits have both bounds, the others only
/// the zero of an unsigned one.
const fn integer(keys: &mut Keys<'_, '_>, name: &str, dialect: Dialect) {
    keys.text("type", "integer");
    let (low, high) = crate::field::bounds_of(name);
    if dialect.is(Dialect::Plain) && !name.is_empty() {
        keys.text("format", name);
    }
    if dialect.is(Dialect::Anthropic) {
        return;
    }
    if let Some(low) = low {
        keys.key("minimum").number(low);
    }
    if let Some(high) = high {
        keys.key("maximum").number(high);
    }
}

const fn constraints(keys: &mut Keys<'_, '_>, schema: &Schema, constraints: &[Constraint], dialect: Dialect) {
    let mut at = 0;
    while at < constraints.len() {
        let constraint = &constraints[at];
        let listed = dialect.lists_maps();
        if dialect.says(constraint, schema) {
            constraint.json(keys.out, schema, listed);
        }
        at += 1;
    }
}

/// The description, with the bounds that the dialect cannot say behind it.
const fn describe(keys: &mut Keys<'_, '_>, schema: &Schema, member: &Member<'_>, dialect: Dialect) {
    // a reference has written its own
    if matches!(schema, Schema::Named(_) | Schema::Recursion(_)) {
        return;
    }
    let mut unsaid = 0;
    let mut at = 0;
    while at < member.constraints.len() {
        unsaid += !dialect.says(&member.constraints[at], schema) as usize;
        at += 1;
    }
    if member.doc.is_empty() && unsaid == 0 {
        return;
    }
    let out = keys.key("description");
    out.push("\"");
    out.json_inner(member.doc);
    if unsaid > 0 {
        out.push(if member.doc.is_empty() { "(" } else { " (" });
        let (mut at, mut first) = (0, true);
        while at < member.constraints.len() {
            let constraint = &member.constraints[at];
            if !dialect.says(constraint, schema) {
                if !first {
                    out.push(", ");
                }
                first = false;
                let mut buffer = [0; 1024];
                let mut words = Out::new(&mut buffer);
                super::words(&mut words, std::slice::from_ref(constraint));
                let len = words.len();
                if let Ok(text) = std::str::from_utf8(buffer.split_at(if len < 1024 { len } else { 0 }).0) {
                    out.json_inner(text);
                }
            }
            at += 1;
        }
        out.push(")");
    }
    out.push("\"");
}

const fn reference(keys: &mut Keys<'_, '_>, named: &Named, member: &Member<'_>, around: &Around<'_>) {
    let alone = member.doc.is_empty() || !around.dialect.lonely_references();
    let out = keys.key(if alone { "$ref" } else { "anyOf" });
    out.push(if alone { "\"#/$defs/" } else { "[{\"$ref\":\"#/$defs/" });
    around.definitions.name(out, named);
    out.push(if alone { "\"" } else { "\"}]" });
    if !member.doc.is_empty() {
        keys.text("description", member.doc);
    }
}

const fn object(out: &mut Out<'_>, schema: &Schema, around: &Around<'_>) {
    if matches!(schema.shape(), Schema::Any) {
        out.push("true");
        return;
    }
    out.push("{");
    members(out, schema, &Member::NONE, around);
    out.push("}");
}

const fn list(out: &mut Out<'_>, items: &[Ref<Schema>], around: &Around<'_>) {
    let mut at = 0;
    out.push("[");
    while at < items.len() {
        if at > 0 {
            out.push(",");
        }
        object(out, items[at].get(), around);
        at += 1;
    }
    out.push("]");
}

/// A tuple as an object with the members `0`, `1`, …: closed dialects have no `prefixItems`.
const fn numbered(keys: &mut Keys<'_, '_>, items: &[Ref<Schema>], around: &Around<'_>) {
    keys.text("type", "object");
    let out = keys.key("properties");
    let mut at = 0;
    out.push("{");
    while at < items.len() {
        out.push(if at > 0 { ",\"" } else { "\"" });
        out.number(at as i128);
        out.push("\":");
        object(out, items[at].get(), around);
        at += 1;
    }
    out.push("}");
    let out = keys.key("required");
    let mut at = 0;
    out.push("[");
    while at < items.len() {
        out.push(if at > 0 { ",\"" } else { "\"" });
        out.number(at as i128);
        out.push("\"");
        at += 1;
    }
    out.push("]");
    keys.key("additionalProperties").push("false");
}

/// The options of a union, flattened; bounds of the property hold for each option they apply to.
const fn options(out: &mut Out<'_>, schema: &Schema, first: &mut bool, constraints: &[Constraint], around: &Around<'_>) {
    match schema.shape() {
        Schema::Optional(inner) => {
            options(out, inner.get(), first, constraints, around);
            options(out, &Schema::Null, first, &[], around);
        }
        Schema::Union(all) => {
            let all = all.get();
            let mut at = 0;
            while at < all.len() {
                options(out, all[at].get(), first, &[], around);
                at += 1;
            }
        }
        _ => {
            out.push(if *first { "{" } else { ",{" });
            *first = false;
            members(out, schema, &Member { constraints, ..Member::NONE }, around);
            out.push("}");
        }
    }
}

const fn literals(keys: &mut Keys<'_, '_>, values: &[Literal]) {
    let mut text = true;
    let mut at = 0;
    while at < values.len() {
        text &= matches!(values[at], Literal::Text(_));
        at += 1;
    }
    if text {
        keys.text("type", "string");
    }
    let out = keys.key("enum");
    let mut at = 0;
    out.push("[");
    while at < values.len() {
        if at > 0 {
            out.push(",");
        }
        literal(out, &values[at]);
        at += 1;
    }
    out.push("]");
}

const fn literal(out: &mut Out<'_>, value: &Literal) {
    match value {
        Literal::Text(text) => out.json(text.get()),
        Literal::Integer(number) => out.number(*number as i128),
        Literal::Boolean(true) => out.push("true"),
        Literal::Boolean(false) => out.push("false"),
        Literal::Null => out.push("null"),
    }
}

/// The members of a named type's own schema.
const fn definition(out: &mut Out<'_>, named: &Named, around: &Around<'_>) {
    let Definition { doc, body } = named.definition.get();
    let mut keys = Keys { out, first: true };
    match body {
        Body::Record(fields) => record(&mut keys, doc.get(), fields.get(), false, around),
        Body::Words(variants) => {
            let variants = variants.get();
            if around.dialect.is(Dialect::Plain) && documented(variants) {
                one_of(&mut keys, variants);
            } else {
                words(&mut keys, variants);
            }
            if !doc.get().is_empty() {
                keys.text("description", doc.get());
            }
        }
        Body::Variants(variants) => {
            let variants = variants.get();
            let out = keys.key("anyOf");
            let mut at = 0;
            out.push("[");
            while at < variants.len() {
                out.push(if at > 0 { ",{" } else { "{" });
                variant(out, &variants[at], around);
                out.push("}");
                at += 1;
            }
            out.push("]");
            if !doc.get().is_empty() {
                keys.text("description", doc.get());
            }
        }
    }
}

const fn documented(variants: &[Variant]) -> bool {
    let mut at = 0;
    while at < variants.len() {
        if !variants[at].doc.get().is_empty() {
            return true;
        }
        at += 1;
    }
    false
}

const fn word(out: &mut Out<'_>, variant: &Variant) {
    match &variant.value {
        Some(value) => literal(out, value),
        None => out.json(variant.name.get()),
    }
}

const fn words(keys: &mut Keys<'_, '_>, variants: &[Variant]) {
    let integers = matches!(variants.first(), Some(Variant { value: Some(Literal::Integer(_)), .. }));
    keys.text("type", if integers { "integer" } else { "string" });
    let out = keys.key("enum");
    let mut at = 0;
    while at < variants.len() {
        out.push(if at > 0 { "," } else { "[" });
        word(out, &variants[at]);
        at += 1;
    }
    out.push(if at > 0 { "]" } else { "[]" });
}

/// Words with descriptions, as schemars says them.
const fn one_of(keys: &mut Keys<'_, '_>, variants: &[Variant]) {
    let out = keys.key("oneOf");
    let mut at = 0;
    while at < variants.len() {
        out.push(if at > 0 { ",{\"type\":\"string\",\"const\":" } else { "[{\"type\":\"string\",\"const\":" });
        word(out, &variants[at]);
        if !variants[at].doc.get().is_empty() {
            out.push(",\"description\":");
            out.json(variants[at].doc.get());
        }
        out.push("}");
        at += 1;
    }
    out.push("]");
}

const fn variant(out: &mut Out<'_>, variant: &Variant, around: &Around<'_>) {
    let mut keys = Keys { out, first: true };
    match &variant.data {
        None => {
            keys.text("type", "string");
            let out = keys.key("enum");
            out.push("[");
            out.json(variant.name.get());
            out.push("]");
        }
        Some(data) => {
            keys.text("type", "object");
            let out = keys.key("properties");
            out.push("{");
            out.json(variant.name.get());
            out.push(":");
            object(out, data.get(), around);
            out.push("}");
            let out = keys.key("required");
            out.push("[");
            out.json(variant.name.get());
            out.push("]");
            keys.key("additionalProperties").push("false");
        }
    }
    if !variant.doc.get().is_empty() {
        keys.text("description", variant.doc.get());
    }
}
