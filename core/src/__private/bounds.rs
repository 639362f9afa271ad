//! Bounds on types that the macro could not see: their schema tells while compiling.
use super::Of;
use crate::{
    constant::Out,
    schema::{Constraint, Format, Schema},
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
        let mut buffer = [0; 512];
        let mut out = Out::new(&mut buffer);
        out.push("`");
        out.push(kind);
        out.push("` bounds ");
        out.push(bounds);
        out.push(", and field `");
        out.push(name);
        out.push("` has type `");
        out.push(ty);
        out.push("`, which has none; remove it, or move it to a field of that type");
        let len = if out.len() < 512 { out.len() } else { 512 };
        match std::str::from_utf8(buffer.split_at(len).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a bound does not fit its type"),
        }
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
