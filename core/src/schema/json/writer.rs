//! Where schemas are written: members with their commas, and what is known of the surroundings.
use super::{bounds::Bounds, limits::Tally};
use crate::{
    constant::{Out, Ref},
    schema::{
        Constraint, Dialect, FieldDef, Schema,
        definitions::{Definitions, MOST, Places, closure},
        meaning,
    },
};

/// A schema on its way to text.
pub(super) struct Writer<'o, 'b, 'a> {
    pub(super) out: &'o mut Out<'b>,
    pub(super) dialect: Dialect,
    /// The dialect is the plain one. A flag: calls cost compile time.
    pub(super) plain: bool,
    pub(super) definitions: &'a Definitions<'a>,
    /// What each type reaches; left empty for the plain dialect, which does not mind.
    pub(super) reached: [Places; MOST],
    pub(super) tally: Tally,
    /// Types that were referred to: their definitions must follow.
    pub(super) wanted: Places,
    /// The type that is being written, in `$defs` or in place.
    pub(super) around: Option<usize>,
    /// How many types are being written in place, one within the other.
    pub(super) in_place: usize,
    /// Below a property that may be left out.
    pub(super) optional: bool,
    /// The next member is the first of its object.
    first: bool,
    /// What each type refers to below properties that must be there.
    needs: [Places; MOST],
}

impl<'o, 'b, 'a> Writer<'o, 'b, 'a> {
    pub(super) const fn new(
        out: &'o mut Out<'b>,
        dialect: Dialect,
        definitions: &'a Definitions<'a>,
    ) -> Self {
        let plain = dialect.is(Dialect::Plain);
        let reached = if plain {
            [0; MOST]
        } else {
            definitions.reached()
        };
        Writer {
            out,
            dialect,
            plain,
            definitions,
            reached,
            tally: Tally::new(dialect),
            wanted: 0,
            around: None,
            in_place: 0,
            optional: false,
            first: true,
            needs: [0; MOST],
        }
    }
    pub(super) const fn open(&mut self) {
        self.out.push("{");
        self.first = true;
    }
    pub(super) const fn close(&mut self) {
        self.out.push("}");
        self.first = false;
    }
    /// One or more members as they stand, with the comma before them, which goes if they come first. One
    /// push: each costs compile time.
    pub(super) const fn raw(&mut self, members: &str) {
        if self.first {
            self.first = false;
            self.out.push_without_comma(members);
        } else {
            self.out.push(members);
        }
    }
    /// A piece that begins with a comma, as [`raw`](Self::raw).
    pub(super) const fn piece(&mut self, text: &str, from: usize, to: usize) {
        self.out.piece(text, from + self.first as usize, to);
        self.first = false;
    }
    /// A member whose key is the author's.
    pub(super) const fn key(&mut self, name: &str) {
        self.raw(",\"");
        self.out.json_inner(name);
        self.out.push("\":");
    }
    /// The member of a field, begun: `"name":{`
    pub(super) const fn member(&mut self, field: &FieldDef) {
        if let Some(spelled) = &field.spelled {
            self.piece(spelled.text, spelled.key, spelled.described);
        } else {
            self.raw(",\"");
            self.out.json_inner(field.name.get());
            self.out.push("\":{");
        }
        self.first = true;
    }
    /// Whether a type contains itself.
    pub(super) const fn reaches_itself(&self, place: usize) -> bool {
        self.reached[place] & (1 << place) != 0
    }
    /// Whether a mention of `place` here goes back to where we are.
    pub(super) const fn closes_cycle(&self, place: usize) -> bool {
        match self.around {
            Some(around) => place == around || self.reached[place] & (1 << around) != 0,
            None => false,
        }
    }
    /// Notes a mention of a type.
    pub(super) const fn mention(&mut self, place: usize) {
        if let Some(around) = self.around
            && !self.optional
        {
            self.needs[around] |= 1 << place;
        }
    }
    /// A type that contains itself through properties that must be there.
    pub(super) const fn must_reach_itself(&self) -> Option<usize> {
        let len = self.definitions.len();
        let needs = closure(self.needs, len);
        let mut place = 0;
        while place < len {
            if needs[place] & (1 << place) != 0 {
                return Some(place);
            }
            place += 1;
        }
        None
    }
}

/// A description: of the property, and of its type when that is written in place.
#[derive(Clone, Copy)]
pub(super) struct Doc<'a> {
    pub(super) own: &'a str,
    pub(super) inner: &'a str,
    /// The property's as a member that is left open, where that is at hand.
    pub(super) spelled: (&'static str, usize, usize),
    /// There is one.
    pub(super) some: bool,
}
impl<'a> Doc<'a> {
    pub(super) const NONE: Doc<'static> = Doc {
        own: "",
        inner: "",
        spelled: ("", 0, 0),
        some: false,
    };
    pub(super) const fn of(own: &'a str) -> Self {
        Doc {
            own,
            some: !own.is_empty(),
            ..Doc::NONE
        }
    }
    pub(super) const fn of_field(field: &'a FieldDef) -> Self {
        let doc = Doc::of(field.doc.get());
        match &field.spelled {
            Some(spelled) => Doc {
                spelled: (spelled.text, spelled.described, spelled.python),
                ..doc
            },
            None => doc,
        }
    }
    /// What the type of the property means, where its bounds say.
    pub(super) const fn with_meaning(self, bounds: &[Constraint]) -> Self {
        match meaning(bounds) {
            Some(meaning) if !meaning.about().is_empty() => self.with(meaning.about()),
            _ => self,
        }
    }
    pub(super) const fn with(self, inner: &'a str) -> Self {
        if self.some {
            Doc { inner, ..self }
        } else {
            Doc::of(inner)
        }
    }
}

/// What a property adds to the schema of its type.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) doc: Doc<'a>,
    pub(super) bounds: Bounds<'a>,
    /// Null is a value too.
    pub(super) nullable: bool,
    pub(super) default: Option<&'a str>,
    pub(super) examples: &'a [Ref<str>],
    /// A word on the form, for the description.
    pub(super) note: &'static str,
}
impl Member<'_> {
    pub(super) const NONE: Member<'static> = Member {
        doc: Doc::NONE,
        bounds: Bounds::NONE,
        nullable: false,
        default: None,
        examples: &[],
        note: "",
    };
}

/// The types that a schema mentions without entering them.
pub(super) const fn mentioned(definitions: &Definitions<'_>, schema: &Schema) -> Places {
    match schema {
        Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Optional(item)
        | Schema::Constrained(item, _)
        | Schema::Printed(item, _)
        | Schema::Map(_, item) => mentioned(definitions, item.get()),
        Schema::Tuple(items) | Schema::Union(items) => {
            let (items, mut all, mut at) = (items.get(), 0, 0);
            while at < items.len() {
                all |= mentioned(definitions, items[at].get());
                at += 1;
            }
            all
        }
        Schema::Named(named) => bit(definitions.place(named.id)),
        Schema::Recursion(id) => bit(definitions.place(*id)),
        _ => 0,
    }
}

const fn bit(place: Option<usize>) -> Places {
    match place {
        Some(place) => 1 << place,
        None => 0,
    }
}
