//! Values that fit their schemas, handed to generated code one after another.
use crate::{
    Field,
    error::Fault,
    schema::{Body, Definition, FieldDef},
    signature::Def,
};
use serde_json::Value;
use std::fmt::Display;

/// Values in the order of the fields. Generated code takes one for each field.
pub struct Values<'a> {
    values: std::vec::IntoIter<Value>,
    /// The names, for the path of a fault.
    fields: &'a [FieldDef],
    /// A reasoning comes before the fields.
    reasoning: bool,
    taken: usize,
}

impl<'a> Values<'a> {
    /// The outputs of a signature, in order.
    pub(crate) fn of_outputs(values: Vec<Value>, def: &'a Def) -> Self {
        let fields = def.signature.outputs.get();
        Values {
            values: values.into_iter(),
            fields,
            reasoning: def.reasoning,
            taken: 0,
        }
    }

    /// The members of a record in the order of its fields; missing ones have their default or null.
    ///
    /// # Errors
    /// A fault if the value is no object, or a member is missing that must be there.
    pub fn of_record(value: Value, definition: &'a Definition) -> Result<Self, Fault> {
        let Body::Record(fields) = &definition.body else {
            return Err(Fault::mismatch(
                "",
                "a record",
                "a definition of something else",
            ));
        };
        let fields = fields.get();
        let Value::Object(mut members) = value else {
            return Err(crate::field::mismatch("an object", &value));
        };
        let mut values = Vec::with_capacity(fields.len());
        for field in fields {
            values.push(match members.swap_remove(field.name.get()) {
                Some(value) => value,
                None => absent(field)?,
            });
        }
        Ok(Values {
            values: values.into_iter(),
            fields,
            reasoning: false,
            taken: 0,
        })
    }

    /// The next value, typed.
    ///
    /// # Errors
    /// A fault if the value is not of that type.
    #[allow(
        clippy::should_implement_trait,
        reason = "typed: an iterator has one item type"
    )]
    pub fn next<T: Field>(&mut self) -> Result<T, OneFault> {
        let name = match (self.reasoning, self.taken) {
            (true, 0) => Some("reasoning"),
            (reasoning, taken) => self
                .fields
                .get(taken - usize::from(reasoning))
                .map(|field| field.name.get()),
        };
        self.taken += 1;
        T::from_value(self.values.next().unwrap_or_default()).map_err(|fault| {
            OneFault(match name {
                Some(name) => fault.within(name),
                None => fault,
            })
        })
    }
}

/// The value of a field that is not there.
pub(crate) fn absent(field: &FieldDef) -> Result<Value, Fault> {
    match &field.default {
        Some(default) => Ok(serde_json::from_str(default.get()).unwrap_or(Value::Null)),
        None if field.is_optional() => Ok(Value::Null),
        None => Err(Fault::mismatch(
            field.name.get(),
            super::expected::expected(field.schema.get()),
            "",
        )),
    }
}

/// A fault on its way out of generated code.
#[doc(hidden)]
pub struct OneFault(Fault);
impl From<OneFault> for Fault {
    fn from(fault: OneFault) -> Self {
        fault.0
    }
}
impl From<OneFault> for Vec<Fault> {
    fn from(fault: OneFault) -> Self {
        vec![fault.0]
    }
}

/// What an author's `check` may return.
#[diagnostic::on_unimplemented(
    message = "a check cannot answer `{Self}`",
    label = "the answer of this check is a `{Self}`",
    note = "return `bool`, or `Result<(), String>` with a complaint; any error with `Display` will do"
)]
pub trait CheckResult {
    /// The complaint, if there is one.
    fn complaint(self) -> Option<String>;
}
impl CheckResult for bool {
    fn complaint(self) -> Option<String> {
        (!self).then(|| "accepted by its check".to_owned())
    }
}
impl<E: Display> CheckResult for Result<(), E> {
    fn complaint(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// Notes what an author's check says of a value.
pub fn check_author(
    faults: &mut Vec<Fault>,
    path: &str,
    value: crate::View<'_>,
    result: impl CheckResult,
) {
    if let Some(complaint) = result.complaint() {
        let found = crate::field::shorten(&value.to_value());
        faults.push(Fault::constraint(path, complaint, found));
    }
}
