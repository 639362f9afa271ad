//! Python's types as schemas.
use super::{dspy, limits, refs, resolve::annotated};
use crate::schema::{Format, Literal, Schema};
use sigflow_grammar::{Constant, Type};

/// Gives the schema of a named type, `level` levels inside a field.
pub(super) type Named<'a> = &'a mut dyn FnMut(&str, usize) -> Result<Schema, String>;

/// The schema of a type that is so many levels inside a field.
pub(super) fn schema(ty: &Type, level: usize, named: Named<'_>) -> Result<Schema, String> {
    limits::level(level)?;
    let mut inner = |ty: &Type| schema(ty, level + 1, named).map(refs::one);
    Ok(match ty {
        Type::Str => Schema::Text,
        Type::Int => Schema::Integer(""),
        Type::Float => Schema::Number(""),
        Type::Bool => Schema::Boolean,
        Type::None => Schema::Null,
        Type::Any | Type::Object => Schema::Any,
        Type::Bytes => Schema::Formatted(Format::Bytes),
        Type::Complex => Schema::Formatted(Format::Complex),
        Type::DateTime => Schema::Formatted(Format::DateTime),
        Type::Date => Schema::Formatted(Format::Date),
        Type::Time => Schema::Formatted(Format::Time),
        Type::TimeDelta => Schema::Formatted(Format::Duration),
        Type::Decimal => Schema::Formatted(Format::Decimal),
        Type::Uuid => Schema::Formatted(Format::Uuid),
        Type::List { item, .. } | Type::TupleVariadic { item } => Schema::List(inner(item)?),
        Type::Set { item, .. } | Type::FrozenSet { item, .. } => Schema::Set(inner(item)?),
        Type::Dict { key, value, .. } => Schema::Map(inner(key)?, inner(value)?),
        // a bare `tuple` has any number of items
        Type::Tuple { bare: true, .. } => Schema::List(refs::one(Schema::Any)),
        Type::Tuple { items, .. } => Schema::Tuple(refs::list(
            items.iter().map(inner).collect::<Result<_, _>>()?,
        )),
        Type::Union(options) => union(options, &mut inner)?,
        Type::Literal(values) => Schema::Literal(refs::list(
            values.iter().map(literal).collect::<Result<_, _>>()?,
        )),
        Type::Annotated {
            inner: ty,
            constraints,
        } => annotated(schema(ty, level + 1, named)?, constraints)?,
        Type::Dspy(ty) => dspy::schema(ty),
        Type::Named(name) => named(name, level + 1)?,
    })
}

/// `T | None` is an optional; where `None` is not the last the order is kept, for it is printed.
fn union(
    options: &[Type],
    inner: &mut dyn FnMut(&Type) -> Result<crate::constant::Ref<Schema>, String>,
) -> Result<Schema, String> {
    if let [rest @ .., Type::None] = options
        && !rest.contains(&Type::None)
    {
        return Ok(Schema::Optional(match rest {
            [one] => inner(one)?,
            several => refs::one(Schema::Union(refs::list(
                several.iter().map(inner).collect::<Result<_, _>>()?,
            ))),
        }));
    }
    Ok(Schema::Union(refs::list(
        options.iter().map(inner).collect::<Result<_, _>>()?,
    )))
}

fn literal(value: &Constant) -> Result<Literal, String> {
    Ok(match value {
        Constant::Str(text) => Literal::Text(refs::text(text)),
        Constant::Int(number) => Literal::Integer(*number),
        Constant::Bool(flag) => Literal::Boolean(*flag),
        Constant::None => Literal::Null,
        Constant::Float(number) => {
            return Err(format!(
                "`{number}` cannot be a literal; write a whole number or text"
            ));
        }
    })
}
