//! Enums: words, and variants with data.
use super::{
    bounds::{Description, describe},
    members::{doc_of, is_null, object},
    record::record,
    writer::{Doc, Member, Writer},
};
use crate::schema::{Body, Definition, Dialect, Literal, Named, Schema, Variant};

/// The members of a named type's own schema.
pub(super) const fn definition(w: &mut Writer<'_, '_, '_>, named: &Named, doc: Doc<'_>) {
    let Definition { doc: own, body } = named.definition.get();
    let doc = doc_of(doc, own.get());
    match body {
        Body::Record(fields) => record(w, fields.get(), false, doc),
        Body::Words(variants) => words(w, variants.get(), doc),
        Body::Variants(variants) => choice(w, variants.get(), doc),
    }
}

/// The values of an enum, wherever they stand.
#[derive(Clone, Copy)]
pub(super) enum Values<'a> {
    Words(&'a [Variant]),
    Literals(&'a [Literal]),
    /// Variants without data among others.
    Units(&'a [Variant]),
}

/// Kinds of values, a bit each.
const TEXT: u8 = 1;
const INTEGER: u8 = 2;
const BOOLEAN: u8 = 4;
const NULL: u8 = 8;

impl<'a> Values<'a> {
    const fn len(self) -> usize {
        match self {
            Values::Words(all) | Values::Units(all) => all.len(),
            Values::Literals(all) => all.len(),
        }
    }
    /// A value that is none of the text's own.
    const fn literal(self, index: usize) -> Option<&'a Literal> {
        match self {
            Values::Words(all) => all[index].value.as_ref(),
            Values::Literals(all) => Some(&all[index]),
            Values::Units(_) => None,
        }
    }
    /// The value as text, if there is one at this index.
    pub(super) const fn text(self, index: usize) -> Option<&'a str> {
        if index >= self.len() {
            return None;
        }
        match self {
            Values::Words(all) | Values::Units(all) => Some(all[index].name.get()),
            Values::Literals(all) => match &all[index] {
                Literal::Text(text) => Some(text.get()),
                _ => None,
            },
        }
    }
    /// The kind of a value; nothing for a variant that is not among these.
    const fn kind(self, index: usize) -> u8 {
        if let Values::Units(all) = self
            && all[index].data.is_some()
        {
            return 0;
        }
        match self.literal(index) {
            None | Some(Literal::Text(_)) => TEXT,
            Some(Literal::Integer(_)) => INTEGER,
            Some(Literal::Boolean(_)) => BOOLEAN,
            Some(Literal::Null) => NULL,
        }
    }
    const fn kinds(self) -> u8 {
        let (mut kinds, mut at) = (0, 0);
        while at < self.len() {
            kinds |= self.kind(at);
            at += 1;
        }
        kinds
    }
}

/// The values as members: one list where one type holds them all, else a choice of lists.
pub(super) const fn values(w: &mut Writer<'_, '_, '_>, values: Values<'_>, nullable: bool) {
    let kinds = values.kinds() | if nullable { NULL } else { 0 };
    let bare = kinds & !NULL;
    let null = kinds & NULL != 0;
    // Gemini has enums of text and numbers only
    let together = bare.is_power_of_two() && !(null && w.dialect.is(Dialect::Gemini));
    if together {
        w.raw(match (bare, null) {
            (INTEGER, false) => ",\"type\":\"integer\"",
            (INTEGER, true) => ",\"type\":[\"integer\",\"null\"]",
            (BOOLEAN, false) => ",\"type\":\"boolean\"",
            (BOOLEAN, true) => ",\"type\":[\"boolean\",\"null\"]",
            (_, false) => ",\"type\":\"string\"",
            (_, true) => ",\"type\":[\"string\",\"null\"]",
        });
        if null {
            w.tally.union();
        }
        w.raw(",\"enum\":[");
        list(w, values, bare, null);
        w.out.push("]");
    } else if w.plain {
        w.raw(",\"enum\":[");
        list(w, values, bare, null);
        w.out.push("]");
    } else if bare == 0 {
        w.raw(",\"type\":\"null\"");
    } else {
        w.tally.union();
        w.raw(",\"anyOf\":[");
        let (mut kind, mut first) = (TEXT, true);
        while kind < NULL {
            if bare & kind != 0 {
                w.out.push(if first {
                    "{\"type\":\""
                } else {
                    ",{\"type\":\""
                });
                first = false;
                w.out.push(match kind {
                    INTEGER => "integer\",\"enum\":[",
                    BOOLEAN => "boolean\",\"enum\":[",
                    _ => "string\",\"enum\":[",
                });
                list(w, values, kind, false);
                w.out.push("]}");
            }
            kind <<= 1;
        }
        w.out.push(if null { ",{\"type\":\"null\"}]" } else { "]" });
    }
}

/// The values of some kinds.
const fn list(w: &mut Writer<'_, '_, '_>, values: Values<'_>, kinds: u8, null: bool) {
    let (mut at, mut count, mut characters) = (0, 0, 0);
    while at < values.len() {
        if values.kind(at) & kinds != 0 {
            if count > 0 {
                w.out.push(",");
            }
            let before = w.out.len();
            value(w, values, at);
            characters += w.out.len() - before;
            count += 1;
        }
        at += 1;
    }
    if null {
        w.out.push(if count > 0 { ",null" } else { "null" });
    }
    w.tally.words(count, characters);
}

const fn value(w: &mut Writer<'_, '_, '_>, values: Values<'_>, index: usize) {
    match values.literal(index) {
        Some(Literal::Integer(number)) => w.out.number(*number as i128),
        Some(Literal::Boolean(true)) => w.out.push("true"),
        Some(Literal::Boolean(false)) => w.out.push("false"),
        Some(literal) if is_null(literal) => w.out.push("null"),
        Some(Literal::Text(text)) => w.out.json(text.get()),
        _ => {
            if let Some(text) = values.text(index) {
                w.out.json(text);
            }
        }
    }
}

/// An enum of words. Their descriptions stand beside them where the dialect has room, else in the
/// description of all.
const fn words(w: &mut Writer<'_, '_, '_>, variants: &[Variant], doc: Doc<'_>) {
    let member = Member {
        doc,
        ..Member::NONE
    };
    if w.plain && documented(variants) {
        let mut first = true;
        w.raw(",\"oneOf\":[");
        undocumented(w, variants, &mut first);
        let mut at = 0;
        while at < variants.len() {
            if !variants[at].doc.get().is_empty() {
                word(w, Values::Words(variants), variants, at, &mut first);
            }
            at += 1;
        }
        w.out.push("]");
        describe(w, &Schema::Null, &member);
    } else {
        values(w, Values::Words(variants), false);
        meanings(w, variants, &member);
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

/// Words without a description, as one option: schemars puts them first.
const fn undocumented(w: &mut Writer<'_, '_, '_>, variants: &[Variant], first: &mut bool) {
    let mut at = 0;
    let mut any = false;
    while at < variants.len() {
        let Variant { doc, data, .. } = &variants[at];
        if doc.get().is_empty() && data.is_none() {
            w.out.push(if any {
                ","
            } else {
                "{\"type\":\"string\",\"enum\":["
            });
            w.out.json(variants[at].name.get());
            any = true;
        }
        at += 1;
    }
    if any {
        w.out.push("]}");
        *first = false;
    }
}

/// A word with its description, as an option.
const fn word(
    w: &mut Writer<'_, '_, '_>,
    all: Values<'_>,
    variants: &[Variant],
    index: usize,
    first: &mut bool,
) {
    w.out.push(if *first {
        "{\"type\":\""
    } else {
        ",{\"type\":\""
    });
    *first = false;
    w.out.push(match all.kind(index) {
        INTEGER => "integer\",\"const\":",
        _ => "string\",\"const\":",
    });
    value(w, all, index);
    w.out.push(",\"description\":");
    w.out.json(variants[index].doc.get());
    w.out.push("}");
}

/// A description that says what each word means.
const fn meanings(w: &mut Writer<'_, '_, '_>, variants: &[Variant], member: &Member<'_>) {
    let mut text = Description::start(w, member);
    let mut at = 0;
    while at < variants.len() {
        let Variant {
            name, doc, data, ..
        } = &variants[at];
        if !doc.get().is_empty() && data.is_none() {
            text.line(w, name.get(), doc.get());
        }
        at += 1;
    }
    text.end(w);
}

/// An enum with data: words are one option, each other variant is one. An option alone needs no choice.
const fn choice(w: &mut Writer<'_, '_, '_>, variants: &[Variant], doc: Doc<'_>) {
    let plain = w.plain;
    let units = Values::Units(variants).kinds() != 0;
    if !plain && !units && variants.len() == 1 {
        return variant(w, &variants[0], doc);
    }
    w.raw(if plain {
        ",\"oneOf\":["
    } else {
        ",\"anyOf\":["
    });
    w.tally.union();
    let mut first = true;
    if plain {
        undocumented(w, variants, &mut first);
    } else if units {
        w.open();
        values(w, Values::Units(variants), false);
        meanings(w, variants, &Member::NONE);
        w.close();
        first = false;
    }
    let mut at = 0;
    while at < variants.len() {
        if variants[at].data.is_some() {
            if !first {
                w.out.push(",");
            }
            first = false;
            w.open();
            variant(w, &variants[at], Doc::NONE);
            w.close();
        } else if plain && !variants[at].doc.get().is_empty() {
            word(w, Values::Units(variants), variants, at, &mut first);
        }
        at += 1;
    }
    w.out.push("]");
    // an option's members came last: what follows is no first member
    describe(
        w,
        &Schema::Null,
        &Member {
            doc,
            ..Member::NONE
        },
    );
}

/// A variant with data: an object with one member.
const fn variant(w: &mut Writer<'_, '_, '_>, variant: &Variant, doc: Doc<'_>) {
    let Some(data) = &variant.data else { return };
    let name = variant.name.get();
    w.raw(",\"type\":\"object\"");
    describe(
        w,
        &Schema::Null,
        &Member {
            doc: doc_of(doc, variant.doc.get()),
            ..Member::NONE
        },
    );
    w.tally.enter_object();
    w.tally.property(name);
    w.raw(",\"properties\":");
    w.open();
    w.key(name);
    object(w, data.get());
    w.close();
    w.tally.leave_object();
    w.raw(",\"required\":[");
    w.out.json(name);
    w.out.push("],\"additionalProperties\":false");
}
