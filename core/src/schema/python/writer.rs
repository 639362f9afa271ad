//! What writes members of a schema object, and what it must know of its surroundings.
use crate::{
    constant::Out,
    schema::{Constraint, Definitions, definitions::less},
};

/// What the writing of a schema must know of its surroundings.
pub(super) struct Around<'a> {
    pub(super) definitions: &'a Definitions<'a>,
    /// Definitions not to be listed: the root's own.
    pub(super) skip: usize,
    /// At the root, where `$defs` go.
    pub(super) root: bool,
}

/// What a property adds to the schema of its type.
pub(super) struct Member<'a> {
    pub(super) doc: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) default: Option<&'a str>,
    pub(super) constraints: &'a [Constraint],
}

impl Member<'_> {
    pub(super) const NONE: Member<'static> = Member {
        doc: "",
        title: None,
        default: None,
        constraints: &[],
    };
}

/// Writes members with a comma before each but the first.
pub(super) struct Keys<'o, 'b> {
    pub(super) out: &'o mut Out<'b>,
    pub(super) first: bool,
}

impl<'b> Keys<'_, 'b> {
    /// A key as it stands, with the comma and the blank before it, which go if it comes first.
    pub(super) const fn key(&mut self, key: &'static str) -> &mut Out<'b> {
        if self.first {
            self.first = false;
            self.out.push_without_comma(key);
        } else {
            self.out.push(key);
        }
        self.out
    }
    /// A key of which only the name is known.
    pub(super) const fn named(&mut self, key: &'static str) -> &mut Out<'b> {
        self.key(", \"").push(key);
        self.out.push("\": ");
        self.out
    }
    /// A key with the quote that opens its value, and the value.
    pub(super) const fn text(&mut self, key: &'static str, text: &str) {
        self.key(key).json_inner(text);
        self.out.push("\"");
    }
}

pub(super) const fn before(one: &str, two: &str) -> bool {
    use crate::schema::definitions::equal;
    equal(one, "type") || (!equal(two, "type") && less(one, two))
}

pub(super) const fn description(out: &mut Out<'_>, doc: &str) {
    if !doc.is_empty() {
        out.push(", \"description\": ");
        out.json(doc);
    }
}

/// pydantic's title of a property: `full_name` is `Full Name`.
pub(super) const fn title(out: &mut Out<'_>, name: &str) {
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
