//! What the macro could not see of a type: its schema tells while compiling which bounds hold for it, and whether any
//! value fits.
use super::Of;
use crate::{
    constant::Out,
    schema::{Constraint, Format, Schema, definitions::equal, meaning},
    types::{EMBEDDING, MOST_NUMBERS},
};

impl<T, N> Of<T, N> {
    /// Stops the compiler if a bound cannot hold for the type of field `name`.
    ///
    /// # Panics
    /// If it cannot.
    #[track_caller]
    pub const fn bounded(&self, name: &str, ty: &str, constraint: &Constraint) {
        let schema = self.schema.get();
        let (kind, bounds, fits) = match constraint {
            Constraint::Ge(_) => ("ge", "a number", number(schema)),
            Constraint::Gt(_) => ("gt", "a number", number(schema)),
            Constraint::Le(_) => ("le", "a number", number(schema)),
            Constraint::Lt(_) => ("lt", "a number", number(schema)),
            Constraint::MultipleOf(_) => ("multiple_of", "a number", number(schema)),
            Constraint::MinLen(_) => ("min_len", "a length", length(schema)),
            Constraint::MaxLen(_) => ("max_len", "a length", length(schema)),
            Constraint::Pattern(_) => ("pattern", "text", text(schema)),
            // no attribute writes it
            Constraint::Meaning(_) => return,
        };
        if fits {
            return;
        }
        stop(&[
            "`",
            kind,
            "` bounds ",
            bounds,
            ", and field `",
            name,
            "` has type `",
            ty,
            "`, which has none; remove it, or move it to a field of that type",
        ]);
    }

    /// Stops the compiler if no value fits the type of field `name`.
    ///
    /// # Panics
    /// If none does.
    #[track_caller]
    pub const fn possible(&self, name: &str, ty: &str) {
        match impossible(self.schema.get()) {
            None => {}
            Some(Impossible::Scale { low, high }) => stop(&[
                "field `",
                name,
                "` has type `",
                ty,
                "`, whose scale begins at ",
                low,
                " and ends at ",
                high,
                "; change `LOW` or `HIGH` of the `Scale`",
            ]),
            Some(Impossible::Vector(count)) => stop(&[
                "field `",
                name,
                "` has type `",
                ty,
                "`, a vector of ",
                decimal(count, &mut [0; 20]),
                " numbers; write a number from 1 to ",
                decimal(MOST_NUMBERS, &mut [0; 20]),
                ", or use `Vec<f32>`",
            ]),
        }
    }
}

/// Stops the compiler with a message of these pieces.
#[track_caller]
const fn stop(pieces: &[&str]) -> ! {
    let mut buffer = [0; 512];
    let mut out = Out::new(&mut buffer);
    let mut at = 0;
    while at < pieces.len() {
        out.push(pieces[at]);
        at += 1;
    }
    let len = if out.len() < 512 { out.len() } else { 512 };
    match std::str::from_utf8(buffer.split_at(len).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("a field's type does not fit"),
    }
}

const fn decimal(number: usize, buffer: &mut [u8; 20]) -> &str {
    let mut out = Out::new(buffer);
    out.number(number as i128);
    let len = out.len();
    match std::str::from_utf8(buffer.split_at(len).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// A type that no value fits.
enum Impossible<'s> {
    /// The least number is not below the greatest.
    Scale { low: &'s str, high: &'s str },
    /// As many numbers as no vector may have.
    Vector(usize),
}

/// What a type holds in itself; those with a name of their own are judged where they are written.
const fn impossible(schema: &Schema) -> Option<Impossible<'_>> {
    match schema {
        Schema::Constrained(item, bounds) => match broken(item.get(), bounds.get()) {
            None => impossible(item.get()),
            found => found,
        },
        Schema::Optional(item)
        | Schema::List(item)
        | Schema::Set(item)
        | Schema::Array(item, _)
        | Schema::Map(_, item) => impossible(item.get()),
        Schema::Tuple(items) | Schema::Union(items) => {
            let items = items.get();
            let mut at = 0;
            while at < items.len() {
                if let Some(found) = impossible(items[at].get()) {
                    return Some(found);
                }
                at += 1;
            }
            None
        }
        _ => None,
    }
}

const fn broken<'s>(item: &Schema, bounds: &'s [Constraint]) -> Option<Impossible<'s>> {
    let Some(meaning) = meaning(bounds) else {
        return None;
    };
    if let (Schema::Array(_, count), true) = (item, equal(meaning.name(), EMBEDDING)) {
        let fits = *count >= 1 && *count <= MOST_NUMBERS;
        return if fits {
            None
        } else {
            Some(Impossible::Vector(*count))
        };
    }
    let (mut low, mut high) = (None, None);
    let mut at = 0;
    while at < bounds.len() {
        match &bounds[at] {
            Constraint::Ge(limit) => low = Some(limit),
            Constraint::Le(limit) => high = Some(limit),
            _ => {}
        }
        at += 1;
    }
    match (low, high) {
        (Some(low), Some(high)) if low.value >= high.value => Some(Impossible::Scale {
            low: low.text.get(),
            high: high.text.get(),
        }),
        _ => None,
    }
}

const fn number(schema: &Schema) -> bool {
    match schema {
        Schema::Optional(item) | Schema::Constrained(item, _) => number(item.get()),
        Schema::Integer(_) | Schema::Number(_) => true,
        Schema::Formatted(format) => matches!(format, Format::Decimal),
        other => open(other),
    }
}

const fn length(schema: &Schema) -> bool {
    match schema {
        Schema::Optional(item) | Schema::Constrained(item, _) => length(item.get()),
        Schema::Text | Schema::List(_) | Schema::Set(_) | Schema::Map(..) => true,
        other => open(other),
    }
}

const fn text(schema: &Schema) -> bool {
    match schema {
        Schema::Optional(item) | Schema::Constrained(item, _) => text(item.get()),
        Schema::Text | Schema::Formatted(_) => true,
        other => open(other),
    }
}

/// Whether a value may be of several shapes, so that a bound has one to hold for.
const fn open(schema: &Schema) -> bool {
    matches!(
        schema,
        Schema::Any | Schema::Union(_) | Schema::Printed(..) | Schema::Recursion(_)
    )
}
