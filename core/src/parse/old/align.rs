//! Brings a value into the form its schema says, and notes what does not fit.
use super::{
    check::check,
    nested::{distinct, items, map, record, tuple, union},
    scalars::{decimal, digits, number, truth, whole},
    values::absent,
    words::{expected, literal_text, literal_value, same_word},
};
use crate::{
    error::Fault,
    field::shorten,
    schema::{Body, Constraint, FieldDef, Format, Named, Schema},
};
use serde_json::Value;

/// Deeper values than this are refused.
const DEEPEST: usize = 128;

/// Where we are, and where faults go.
pub(super) struct Context<'a, 's> {
    pub(super) faults: &'a mut Vec<Fault>,
    /// The output or input.
    pub(super) field: &'a str,
    /// The way on from there: empty in most values, and then no allocation.
    pub(super) inner: String,
    pub(super) depth: usize,
    /// Named types around, for [`Schema::Recursion`].
    pub(super) around: Vec<&'s Named>,
}

impl<'a, 's> Context<'a, 's> {
    pub(super) fn new(faults: &'a mut Vec<Fault>, field: &'a str) -> Self {
        Context {
            faults,
            field,
            inner: String::new(),
            depth: 0,
            around: Vec::new(),
        }
    }
    #[cold]
    pub(super) fn path(&self) -> String {
        format!("{}{}", self.field, self.inner)
    }
    pub(super) fn within<R>(&mut self, step: &str, run: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.inner.len();
        if !step.starts_with('[') {
            self.inner.push('.');
        }
        self.inner.push_str(step);
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        self.inner.truncate(length);
        result
    }
    #[cold]
    pub(super) fn mismatch(&mut self, schema: &Schema, value: &Value) -> Value {
        let found = if value.is_null() {
            "null".to_owned()
        } else {
            shorten(value)
        };
        self.faults
            .push(Fault::mismatch(self.path(), expected(schema), found));
        Value::Null
    }
}

/// A field's value.
pub(super) fn field<'s>(field: &'s FieldDef, value: Value, mut context: Context<'_, 's>) -> Value {
    bounded(field, value, &mut context)
}

/// The value of a field that is not in the reply.
pub(super) fn missing(field: &FieldDef, context: Context<'_, '_>) -> Value {
    absent(field).unwrap_or_else(|fault| {
        context.faults.push(fault);
        Value::Null
    })
}

pub(super) fn bounded<'s>(
    field: &'s FieldDef,
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    if value.is_null()
        && field.default.is_some()
        && !matches!(field.schema.get().shape(), Schema::Optional(_))
    {
        return absent(field).unwrap_or(Value::Null);
    }
    let value = align(field.schema.get(), value, context);
    constraints(&value, field.constraints.get(), context);
    value
}

fn constraints(value: &Value, constraints: &[Constraint], context: &mut Context<'_, '_>) {
    // null is what stands for a value that has its fault already, or for nothing, which has no bounds
    if !value.is_null() {
        check(
            value,
            constraints,
            &|| format!("{}{}", context.field, context.inner),
            context.faults,
        );
    }
}

/// A value in the form its schema says; null and a fault if it does not fit.
pub(super) fn align<'s>(schema: &'s Schema, value: Value, context: &mut Context<'_, 's>) -> Value {
    if context.depth > DEEPEST {
        return context.mismatch(schema, &Value::from("a value nested too deep"));
    }
    match schema {
        Schema::Text => match value {
            Value::String(_) => value,
            Value::Null => context.mismatch(schema, &value),
            other => Value::from(other.to_string()),
        },
        Schema::Any => value,
        Schema::Null if value.is_null() => value,
        Schema::Boolean => match truth(&value) {
            Some(truth) => Value::from(truth),
            None => context.mismatch(schema, &value),
        },
        // beyond 64 bits JSON has no exact numbers: the digits come as text
        Schema::Integer("int128" | "uint128") if digits(&value).is_some() => {
            digits(&value).unwrap_or_default()
        }
        Schema::Integer(_) => match number(&value).and_then(whole) {
            Some(number) => number,
            None => context.mismatch(schema, &value),
        },
        Schema::Number(_) => match number(&value) {
            Some(number) => number,
            None => context.mismatch(schema, &value),
        },
        Schema::Formatted(Format::Decimal) => match decimal(&value) {
            Some(number) => number,
            None => context.mismatch(schema, &value),
        },
        Schema::Character | Schema::Formatted(_) => match value {
            // one blank is a character too
            Value::String(text) if text.chars().count() == 1 => Value::String(text),
            Value::String(text) => Value::from(text.trim()),
            // a year, or a digit
            Value::Number(number) => Value::from(number.to_string()),
            other => context.mismatch(schema, &other),
        },
        Schema::List(item) | Schema::Set(item) => {
            let items = items(item, value, context);
            if matches!(schema, Schema::Set(_)) {
                distinct(items)
            } else {
                Value::Array(items)
            }
        }
        Schema::Array(item, len) => {
            let items = items(item, value, context);
            if items.len() == *len {
                Value::Array(items)
            } else {
                let found = format!("a list of {}", items.len());
                context
                    .faults
                    .push(Fault::mismatch(context.path(), expected(schema), found));
                Value::Null
            }
        }
        Schema::Tuple(kinds) => tuple(schema, kinds, value, context),
        Schema::Map(key, kind) => map(schema, (key, kind), value, context),
        Schema::Optional(inner) => {
            let nothing = match &value {
                Value::Null => true,
                Value::String(text) if !matches!(inner.get().shape(), Schema::Text) => {
                    matches!(text.trim(), "" | "null" | "None" | "none" | "N/A" | "n/a")
                }
                _ => false,
            };
            if nothing {
                Value::Null
            } else {
                align(inner.get(), value, context)
            }
        }
        Schema::Union(options) => {
            let options: Vec<&Schema> = options.iter().map(|option| &**option).collect();
            union(schema, &options, value, context)
        }
        Schema::Literal(values) => match values
            .iter()
            .find(|literal| same_word(&literal_text(literal), &value))
        {
            Some(literal) => literal_value(literal),
            None => context.mismatch(schema, &value),
        },
        Schema::Constrained(inner, bounds) => {
            let value = align(inner.get(), value, context);
            constraints(&value, bounds.get(), context);
            value
        }
        Schema::Printed(inner, _) => align(inner.get(), value, context),
        Schema::Named(named) => {
            context.around.push(named);
            let value = super::nested::named(schema, named, value, context);
            context.around.pop();
            value
        }
        Schema::Inline(definition) => match &definition.get().body {
            Body::Record(fields) => record(schema, fields, value, context),
            _ => value,
        },
        Schema::Recursion(id) => match context
            .around
            .iter()
            .rev()
            .find(|named| named.id == *id)
            .copied()
        {
            Some(named) => super::nested::named(schema, named, value, context),
            None => value,
        },
        Schema::Null => context.mismatch(schema, &value),
    }
}
