//! Named types in pydantic's JSON Schema: references to them, and their definitions.
use super::{
    names::class_name,
    schema::{members, object},
    values::{json_literal, words_type},
    writer::{Around, Keys, Member, before, description},
};
use crate::{
    constant::Out,
    schema::{Body, Definition, FieldDef, Named, Variant, leaf},
    types::kind::Kind,
};

pub(super) const fn reference(out: &mut Out<'_>, named: &Named, around: &Around<'_>) {
    out.push("\"#/$defs/");
    around.definitions.name(out, named);
    out.push("\"");
}

pub(super) const fn definitions(out: &mut Out<'_>, around: &Around<'_>) {
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
pub(super) const fn definition(out: &mut Out<'_>, named: &Named, around: &Around<'_>) {
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

pub(super) const fn record(keys: &mut Keys<'_, '_>, fields: &[FieldDef], around: &Around<'_>) {
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

/// serde's external tagging: a word, or an object with one member.
pub(super) const fn variant_options(out: &mut Out<'_>, variants: &[Variant], around: &Around<'_>) {
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
