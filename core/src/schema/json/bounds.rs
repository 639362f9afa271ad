//! Bounds of values, and the descriptions that say what the schema itself cannot.
use super::writer::{Member, Writer};
use crate::{
    field::bounds_of,
    schema::{Constraint, Dialect, Format, Schema},
};

/// More layers of bounds than this are left to the parser.
const LAYERS: usize = 4;

/// Bounds of a property and, below, of its type. The outer ones come first.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'a> {
    layers: [&'a [Constraint]; LAYERS],
    count: usize,
}

impl<'a> Bounds<'a> {
    pub(super) const NONE: Bounds<'static> = Bounds {
        layers: [&[]; LAYERS],
        count: 0,
    };
    #[must_use]
    pub(super) const fn with(mut self, layer: &'a [Constraint]) -> Self {
        if self.count < LAYERS && !layer.is_empty() {
            self.layers[self.count] = layer;
            self.count += 1;
        }
        self
    }
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }
    const fn get(&self, mut index: usize) -> Option<&'a Constraint> {
        let mut layer = 0;
        while layer < self.count {
            if index < self.layers[layer].len() {
                return Some(&self.layers[layer][index]);
            }
            index -= self.layers[layer].len();
            layer += 1;
        }
        None
    }
    /// Whether another bound of the kind is tighter, or as tight and further out.
    const fn beaten(&self, index: usize) -> bool {
        let Some(bound) = self.get(index) else {
            return false;
        };
        let mut at = 0;
        while let Some(other) = self.get(at) {
            if at != index && beats(other, bound, at < index) {
                return true;
            }
            at += 1;
        }
        false
    }
    /// Whether there is a pattern.
    pub(super) const fn has_pattern(&self) -> bool {
        let mut at = 0;
        while let Some(bound) = self.get(at) {
            if let Constraint::Pattern(_) = bound {
                return true;
            }
            at += 1;
        }
        false
    }
    /// Whether the lower, or the upper end is bounded.
    const fn bounded(&self, lower: bool) -> bool {
        let mut at = 0;
        while let Some(bound) = self.get(at) {
            match bound {
                Constraint::Ge(_) | Constraint::Gt(_) if lower => return true,
                Constraint::Le(_) | Constraint::Lt(_) if !lower => return true,
                _ => {}
            }
            at += 1;
        }
        false
    }
}

const fn beats(one: &Constraint, two: &Constraint, earlier: bool) -> bool {
    match (one, two) {
        (Constraint::Ge(one), Constraint::Ge(two)) | (Constraint::Gt(one), Constraint::Gt(two)) => {
            one.value > two.value || earlier && one.value >= two.value
        }
        (Constraint::Le(one), Constraint::Le(two)) | (Constraint::Lt(one), Constraint::Lt(two)) => {
            one.value < two.value || earlier && one.value <= two.value
        }
        (Constraint::MinLen(one), Constraint::MinLen(two)) => {
            *one > *two || earlier && *one == *two
        }
        (Constraint::MaxLen(one), Constraint::MaxLen(two)) => {
            *one < *two || earlier && *one == *two
        }
        _ => false,
    }
}

/// Whether a second bound of this kind says more, though one key can hold only one.
const fn repeated(bounds: &Bounds<'_>, index: usize) -> bool {
    let mut at = 0;
    while at < index {
        match (bounds.get(at), bounds.get(index)) {
            (Some(Constraint::Pattern(_)), Some(Constraint::Pattern(_)))
            | (Some(Constraint::MultipleOf(_)), Some(Constraint::MultipleOf(_))) => return true,
            _ => at += 1,
        }
    }
    false
}

/// Whether a bound means something for values of this shape.
const fn applies(bound: &Constraint, shape: &Schema) -> bool {
    match bound {
        Constraint::MinLen(_) | Constraint::MaxLen(_) => matches!(
            shape,
            Schema::Text
                | Schema::Formatted(_)
                | Schema::List(_)
                | Schema::Set(_)
                | Schema::Map(..)
                | Schema::Any
        ),
        Constraint::Pattern(_) => {
            matches!(
                shape,
                Schema::Text | Schema::Character | Schema::Formatted(_) | Schema::Any
            )
        }
        Constraint::Meaning(_) => false,
        _ => matches!(
            shape,
            Schema::Integer(_)
                | Schema::Number(_)
                | Schema::Formatted(Format::Decimal)
                | Schema::Any
        ),
    }
}

/// The bounds as members, as far as the dialect has them.
pub(super) const fn bounds(w: &mut Writer<'_, '_, '_>, shape: &Schema, bounds: &Bounds<'_>) {
    if let (Some(low), _) = width(shape, bounds)
        && w.dialect.ranges()
    {
        w.raw(",\"minimum\":");
        w.out.number(low);
    }
    if let (_, Some(high)) = width(shape, bounds)
        && w.dialect.ranges()
    {
        w.raw(",\"maximum\":");
        w.out.number(high);
    }
    let (mut at, mut more) = (0, 0);
    while let Some(bound) = bounds.get(at) {
        if let Constraint::Meaning(meaning) = bound {
            // its check is left to us
            w.tally.lowered |= meaning.checks();
        }
        if is_said(w, shape, bounds, at, bound) {
            bound.json(w.out, shape, w.dialect.lists_maps());
        } else if w.plain && repeated(bounds, at) && applies(bound, shape) {
            more += 1;
        }
        at += 1;
    }
    if more > 0 {
        w.raw(",\"allOf\":[");
        let (mut at, mut first) = (0, true);
        while let Some(bound) = bounds.get(at) {
            if repeated(bounds, at) && applies(bound, shape) {
                w.out.push(if first { "{" } else { ",{" });
                first = false;
                // without the comma that stands before a member
                w.out.push(if let Constraint::Pattern(_) = bound {
                    "\"pattern\":"
                } else {
                    "\"multipleOf\":"
                });
                bound.value(w.out);
                w.out.push("}");
            }
            at += 1;
        }
        w.out.push("]");
    }
}

const fn is_said(
    w: &Writer<'_, '_, '_>,
    shape: &Schema,
    bounds: &Bounds<'_>,
    index: usize,
    bound: &Constraint,
) -> bool {
    applies(bound, shape)
        && !bounds.beaten(index)
        && !repeated(bounds, index)
        && w.dialect.says(bound, shape)
}

/// The bounds that a width brings, as schemars says them: 8 and 16 bits have both, the others only the
/// zero of an unsigned one. A bound of the author's replaces them: it is tighter, or does not compile.
const fn width(shape: &Schema, bounds: &Bounds<'_>) -> (Option<i128>, Option<i128>) {
    let Schema::Integer(name) = shape else {
        return (None, None);
    };
    let (low, high) = bounds_of(name);
    (
        if bounds.bounded(true) { None } else { low },
        if bounds.bounded(false) { None } else { high },
    )
}

/// The description: the author's words, and behind them what the dialect cannot say.
pub(super) const fn describe(w: &mut Writer<'_, '_, '_>, shape: &Schema, member: &Member<'_>) {
    let mut text = Description::start(w, member);
    if !w.dialect.ranges() {
        let (low, high) = width(shape, &member.bounds);
        if let Some(low) = low {
            text.note(w, "greater than or equal to: ");
            w.out.number(low);
        }
        if let Some(high) = high {
            text.note(w, "less than or equal to: ");
            w.out.number(high);
        }
    }
    let mut at = 0;
    while let Some(bound) = member.bounds.get(at) {
        let unsaid = applies(bound, shape)
            && !member.bounds.beaten(at)
            && (repeated(&member.bounds, at) && !w.plain || !w.dialect.says(bound, shape));
        if unsaid {
            text.note(w, bound.words());
            bound.limit_json(w.out);
        }
        at += 1;
    }
    if !w.plain {
        match shape {
            Schema::Set(_) => text.note(w, "no item twice"),
            Schema::Character => text.note(w, "one character"),
            Schema::Array(_, len) if w.dialect.is(Dialect::Anthropic) => {
                text.note(w, "exactly ");
                w.out.number(*len as i128);
                w.out.push(if *len == 1 { " item" } else { " items" });
            }
            Schema::Formatted(format) if w.dialect.format(*format).is_none() => {
                text.note(w, format.words());
            }
            Schema::Map(key, _)
                if !w.dialect.lists_maps() && matches!(key.get().shape(), Schema::Integer(_)) =>
            {
                text.note(w, "keys are whole numbers");
            }
            _ => {}
        }
    }
    if !member.note.is_empty() {
        text.note(w, member.note);
    }
    text.end(w);
}

/// A description that is begun when there is something to say.
pub(super) struct Description {
    begun: bool,
    noted: bool,
}

impl Description {
    pub(super) const fn start(w: &mut Writer<'_, '_, '_>, member: &Member<'_>) -> Self {
        let begun = member.doc.some;
        if begun {
            let (text, from, to) = member.doc.spelled;
            if from == to {
                w.raw(",\"description\":\"");
                w.out.json_inner(member.doc.own);
            } else {
                w.piece(text, from, to);
            }
            if !member.doc.inner.is_empty() {
                w.out.push("\\n");
                w.out.json_inner(member.doc.inner);
            }
        }
        Description {
            begun,
            noted: false,
        }
    }
    /// A line of its own: what a word of an enum means.
    pub(super) const fn line(&mut self, w: &mut Writer<'_, '_, '_>, word: &str, doc: &str) {
        w.raw(if self.begun {
            "\\n`"
        } else {
            ",\"description\":\"`"
        });
        self.begun = true;
        w.out.json_inner(word);
        w.out.push("`: ");
        w.out.json_inner(doc);
    }
    /// A note in brackets: something that the schema does not say by itself.
    const fn note(&mut self, w: &mut Writer<'_, '_, '_>, note: &str) {
        w.tally.lowered = true;
        w.raw(match (self.begun, self.noted) {
            (false, _) => ",\"description\":\"(",
            (true, false) => " (",
            (true, true) => ", ",
        });
        (self.begun, self.noted) = (true, true);
        w.out.push(note);
    }
    pub(super) const fn end(self, w: &mut Writer<'_, '_, '_>) {
        if self.noted {
            w.out.push(")");
        }
        if self.begun {
            w.out.push("\"");
        }
    }
}
